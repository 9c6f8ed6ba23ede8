"""Messages written for the recipe: what people might send to a bank, a restaurant and a music app, as small grammars.

The public sets hold single requests in few words. These hold the same intents as people type them: greetings, reasons,
abbreviations, several fields in one message. `[a|b|]` is a choice, `{date}` a value; `overlap` shows that nothing here
is taken from the messages that the model is measured on.
"""

import re

from .data import normalise

HELLO = "[|||||hi, |hello, |hi there! |hey, |hiya |good morning, |hello there. |Dear team, |yo |Excuse me, |Hi! ]"
BYE = "[||||||| thanks| Thank you.| thx!| cheers| Please advise.| 🙏| 😡| 🙂|!!| Kind regards| asap| Let me know.]"
PLEASE = "[|||please |pls |plz |kindly ]"
REASON = (
    "[||||||, something came up|, our sitter is ill|, flight got delayed|, we are all down with flu| because plans changed"
    "|, sorry for the trouble|, the kids are sick|, my train is late|. So sorry!|, work got in the way]"
)
CURRENCY = "[euros|dollars|pounds|yen|swiss francs|zloty|EUR|USD|GBP|JPY|CHF|canadian dollars|rupees|kronor|lira|euro]"
SHOP = (
    "[the supermarket|a shop|the pharmacy|the till|a cafe|the train station|an online store|the garage|a bar|the bakery"
    "|a hotel|the parking machine|checkout]"
)
WHO = (
    "[my sister|my landlord|a friend|my mother|our plumber|my son|my ex|the school|my cousin|a colleague|the seller"
    "|my dad|the dentist|her|him|them|the builder|my flatmate]"
)
PLACE = (
    "[the Blue Lantern|Pepito's|your place|the harbour grill|the new ramen bar|that thai place|Chez Marie|the Old Mill"
    "|the sushi place on main street|the tapas bar|Bella Napoli|the rooftop restaurant|the steakhouse|Jasmine Court"
    "|the curry house|the brunch spot]"
)
NAMED = (
    "[||, [name|the name is|my name is|under the name|under|in the name of|it's for|surname|booked as] "
    "[|{first} |Mr |Ms |Mrs |Dr ]{last_name}|. [Name|My name|Surname|Last name][ is |: ][|{first} ]{last_name}"
    "| - {first} {last_name}| ([|{first} ]{last_name})|, {last_name} party]"
)
MESSAGES = {
    "card_arrival": (
        "[where is|wheres|any idea where] my [new |replacement |debit |credit |bank |]card[ is|], [ordered it|you sent it|it was posted]"
        " [{date}|ages ago|a while back]",
        "[still|I am still|we are still] waiting for [my|the] [new |debit |]card[ to arrive| to turn up|], [it's been two weeks|post came"
        " again without it|nothing in the letterbox]",
        "[how long|how many days] [does|do|will] [the|a|my] [new |replacement |]card[s|] [take to arrive|need to get here|take by post]?",
        "you said [the|my] card would [be here|arrive|come] [by |on |]{date}[ and it has not| but no|. It did not]",
        "[has|was] my [new |]card [been sent|been posted|shipped|dispatched] [yet|already|at all]? [it hasn't come|Not here yet|]",
        "[no sign of|never got|did not receive|have not received] [my|the] [new |debit |]card [yet|so far|in the post], [can you"
        " track it|is it lost|when will it come]?",
        "[can i|is there a way to] [track|follow] [the delivery of my card|my new card|the card you sent]?",
    ),
    "lost_or_stolen_card": (
        "[I|i think i|I must have] [lost|dropped|misplaced|left] my [bank |debit |credit |]card [on the bus|at the beach|in a taxi"
        "|{date}|somewhere|at {place}], [block it|please block it|what now|can you stop it]",
        "my [wallet|purse|bag|backpack|jacket] [was stolen|got nicked|was taken|is gone|got snatched] [{date} |]and my card [was in it"
        "|is gone too|was inside]",
        "[someone|a thief|a pickpocket] [stole|took|has] my card, [freeze it|cancel it|block it][ now| at once| immediately|]",
        "[need to|I want to|how do I] report [a|my] [lost|stolen|missing] card",
        "[can't|cannot|can not] find my [bank |]card [anywhere|since {date}], [I think it is lost|it's lost|it may be stolen]",
        "[card|my card] [stolen|lost|gone] {date}[ at {time}|], [block it|stop all payments|what do i do]",
        "we were [robbed|burgled] and [my|the] [debit |credit |]card[s are|  is] [gone|missing]",
    ),
    "activate_my_card": (
        "[how do i|how can i|where do i|what do i do to] [activate|switch on|start using|enable] [my|the|this] [new |]card"
        "[ in the app| that came {date}| I just got|]?",
        "[my|the] [new |]card [came|arrived|is here], [now how do i activate it|it must be activated|please activate it|how do I"
        " turn it on]",
        "card activation [does not work|fails|keeps failing|is stuck|gives an error]",
        "[got|received|just got] [my|the] card {date}, [how to activate|need to activate it|activation how]?",
        "[does|will] [my|the] card [have to be activated|activate itself|need activation] [before|when] [I use it|i pay with it]?",
        "[cannot|can't|unable to] activate [my|the] [new |bank |]card, [it says invalid|the app crashes|help]",
    ),
    "change_pin": (
        "[how do i|how can i|where can i|is it possible to] [change|reset|set a new|pick another|alter|update] [my|the] [card |]"
        "[pin|PIN|pin number|pin code]?",
        "[i'd like to|I want to|need to|can I] [change|reset|choose] [my|a new] [pin|PIN|passcode of my card|pin number]"
        "[, i keep forgetting it|, someone saw it|, it is too easy|]",
        "[forgot|I don't remember|can't remember] my [pin|PIN], [how to set another|need a new one|reset please]",
        "[can|could] [you|u|i] [change|reset] [my|the] PIN [at an atm|from abroad|in the app|online|without going to a bank]?",
        "[someone|my kid|a stranger] [knows|saw|has seen] my pin[,|.] [new one please|how do I get another|I want a different one]",
        "what [is|are] the [way|steps|process] to [change|get] a [different|new] pin",
    ),
    "exchange_rate": (
        "[what's|what is|whats|tell me] the [exchange |current |conversion |]rate [for|from|of] {currency} to {currency}[ today| now|]?",
        "how [many|much] {currency} [do i get|will I get|is that|would I receive] for {amount_of_money}?",
        "{currency} [to|in|into|/|against] {currency}[ rate| today|?| exchange rate|]",
        "[where|how] [can i see|do you set|do i find] [the|your] [exchange|conversion|currency] rate[s|]?",
        "[is|was] the rate [for|of] {currency} [better|good|worse] [today|{date}|this week]?",
        "[what|which] [exchange|conversion] rate [will you use|do you apply|applies] [when I pay in|for] {currency}",
        "how is the {currency} [doing|trading] [against|versus] the {currency}[ {date}|]",
    ),
    "declined_card_payment": (
        "[my|the] card [was|got|has been] [declined|refused|rejected] at {shop}[ {date}| just now|][, why| for no reason|]?",
        "[why|how come] [was|is|did] my [payment|card payment|card] [of {amount_of_money} |][declined|refused|get declined|not go through]?",
        "[tried|I tried|was trying] to [pay|buy lunch|pay {amount_of_money}] [at|in] {shop} [and|but] [it said declined|the card"
        " was refused|my card didn't work|payment rejected]",
        "[card declined|payment declined|declined again][!|,| -] [there is money on it|i have enough balance|what is wrong]",
        "[couldn't|could not] pay [at|in] {shop}[ {date}|], [the terminal|it|the machine] [refused|rejected|declined] my card",
        "[they|the waiter|the cashier] [said|told me] my card [is|was] declined, [so embarrassing|fix this|why]",
    ),
    "request_refund": (
        "[i want|I'd like|I need|can i get|how do I get] [a refund|my money back|{amount_of_money} back|a refund of {amount_of_money}]"
        "[ for {goods}| for something I bought {date}|]",
        "[please |]refund [me |my {amount_of_money} |the {amount_of_money} |my purchase |][for|of] {goods}[, it never came|, it is broken"
        "|, wrong size|, they cheated me|]",
        "{goods} [I bought|i ordered|I paid for] [{date} |][never arrived|was broken|is faulty|is not what I wanted], [refund"
        " please|i want my money back|can I be refunded|please give me a refund]",
        "[how|where] do I [ask for|request|claim|get] a refund[ of {amount_of_money}| for {goods}|]?",
        "[paid|i paid|I was charged] {amount_of_money} for {goods} [and want it back|, please return the money|, refund?]",
        "[can you|could you|is it possible to] [reverse|refund|give back] [a|my|the last] [payment|purchase]"
        "[ of {amount_of_money}| from {date}|]?",
    ),
    "terminate_account": (
        "[i want to|I'd like to|please|how do i|can i|need to] [close|delete|terminate|cancel|end] my [bank |]account[ with you| today|"
        " for good|]",
        "[close|delete|cancel|shut down] [my|the|this] account[,|.| -] [not happy|terrible service|i found a better bank|too expensive"
        "|I don't use it]",
        "[leaving|I am leaving|switching from] [your bank|you], [how do i close my account|close everything please|account closure?]",
        "[don't|do not] [need|want] [this|my] [bank |]account any[ |]more, [close it|what do I do|delete it]",
        "what [happens|must I do] when [i close|closing] my account",
        "account [closure|termination|deletion] [please|request|how]",
    ),
    "top_up_failed": (
        "[my|the] top[-| |]up [of {amount_of_money} |][failed|did not work|didn't go through|was cancelled|is rejected|keeps failing][,"
        " why|, money is gone| again| {date}|]?",
        "[tried|I tried|trying] to [top up|add money|add {amount_of_money}|top up {amount_of_money}][ {date}|] [and|but] it [failed|did"
        " not work|shows an error|was declined]",
        "[why|how come] [can't i|did my|does the] [top up|top-up fail|topping up not work]?",
        "[can't|cannot|unable to] [top up|add money to|put money on|load] [my|the] [account|card|balance][, the app says failed|]",
        "[adding|loading|putting] [{amount_of_money}|money|funds] [on|to|into] my [account|card] [fails|did not work|went wrong]",
        "top up [error|unsuccessful|rejected|failure][ for {amount_of_money}| since {date}|]",
    ),
    "transfer_not_received_by_recipient": (
        "[i sent|I transferred|sent|transferred] {amount_of_money} to {who}[ {date}|] [and|but] [it hasn't arrived|nothing came|it never"
        " got there|it was not received|they have nothing]",
        "{who} [has not|hasn't|did not|still hasn't] [received|got|gotten|seen] [the|my] [transfer|money|payment]"
        "[ I sent {date}| of {amount_of_money}|]",
        "where [is|did] the [money|transfer|{amount_of_money}] [I sent|go that i sent|sent] to {who}[ {date}|]?",
        "[my|the] transfer to {who} [did not arrive|is missing|never arrived|is nowhere|has not shown up][ since {date}|]",
        "{who} [says|claims|swears] [the transfer|my money|the payment] [never came|is not there|did not arrive|isn't in the account]",
        "[why|when] [does|will] {who} [not |][get|receive|see] [the money|my transfer|the {amount_of_money}]"
        "[ i sent| I transferred {date}|]?",
    ),
    "restaurant_reservation": (
        "[table|a table|can I book a table|I'd like a table|could we get a table|book a table|reserve a table|need a table|do you have"
        " a table] for {people}[ on| for|][ the|] {date} [at|around|for|from|,] {time}{named}",
        "[can i book|I'd like to book|please book|I want to reserve|reserve|booking for|we would like to come,] {people}[,| for| on|]"
        " {date}[,|] [at |around |]{time}{named}",
        "[party|group|table] of {number}[,|] {date}[,|] [at |]{time}{named}",
        "{date}[,| at| around] {time}[,| for] {people}[,|] [please|is that possible?|any table?|can you fit us in?]{named}",
        "[we are|we're|there are|there will be] {number} of us[,| and] [want to|would like to|can we] [eat|dine|come|book] [at {place} |]"
        "{date}[ at {time}| evening|]{named}",
        "[do you have|is there|have you got|any] [a free table|a table|space|room|anything free] [for {people} |][on |]{date}"
        "[ at {time}| around {time}|]?",
        "[make|place] a [reservation|booking] [at {place} |]for {people}[ on {date}| {date}|][ at {time}|]{named}",
        "[new |table |]reservation[:| -] [name|guest][: | ][{first} |]{last_name}[,|;|] [guests|people|number][: | ]{number}[,|;|]"
        " [date|day][: | ]{date}[,|;|] [time|at][: | ]{time}",
        "[want|would like] to [bring|take] [my|the] [team|family|parents] out {date}[, {people}|], [table free|can you seat us]"
        "[ at {time}| around {time}|]?",
        "[i need|can i get|looking for] a [quiet |window |outdoor |]table [at {place} |]{date}[,| for] {people}{named}",
    ),
    "cancel_reservation": (
        "[cancel|please cancel|i need to cancel|have to cancel|can you cancel|want to cancel|must cancel] [my|our|the] [table|booking"
        "|reservation][ for {people}|][ on {date}| {date}| for {date}|][ at {time}|]{reason}{named}",
        "[we|I] [can't make it|cannot come|won't be coming|will not make it][ on {date}| {date}|][ at {time}|]{reason}[, cancel|."
        " Please cancel|, pls cancel our booking|, take us off the list]{named}",
        "[call off|drop|delete|forget|undo] [my|our|the] [reservation|booking|table][ at {place}|][ for {date}| {date}|]{reason}",
        "[the|our] [booking|reservation|table] [under|in the name of|for] [|{first} |Mr |Mrs ]{last_name}[ for {date}| {date}|][,|] [needs"
        " to be cancelled|please cancel it|is off|we don't need it]",
        "[no longer|we no longer] [need|want] [the|our] [table|reservation][ {date}| on {date}|][ at {time}|]{named}",
    ),
    "confirm_reservation": (
        "[can you confirm|please confirm|confirm|just confirming|I want to confirm|could you confirm|want to check] [my|our|the]"
        " [table|booking|reservation][ for {people}|][ on {date}| {date}|][ at {time}|]{named}",
        "[is|was] [my|our] [table|booking|reservation][ for {date}| at {place}| {date}|] [confirmed|still on|in the book|all set"
        "|definite]{named}?",
        "[do you|did you] [have|get|receive] [my|our] [booking|reservation][ for {people}|][ {date}| on {date}|]{named}?",
        "[i booked|We have booked|I made a reservation][ a table|][ for {people}|][ for {date}| {date}|], [is it confirmed|did it go"
        " through|have you got it|just making sure]{named}",
        "[never got|haven't received|no email with] a confirmation [of|for] [my|our] [table|reservation|booking]"
        "[ {date}| for {date}|]{named}",
        "[double check|check|verify] [the|our|my] [reservation|booking] [under|for|in the name of] [|{first} |Mr ]{last_name}"
        "[ {date}| on {date} at {time}|]",
    ),
    "how_busy": (
        "how [busy|full|crowded|packed] [is|does] {place} [get |][{date}|around {time}|{date} at {time}|right now]?",
        "[is|are] {place} [busy|full|crowded|packed] [{date}|around {time}|at the moment|on weekends]?",
        "[how long|what] is the [wait|queue|waiting time] [at|for] {place}[ {date}| around {time}|]?",
        "[do we|will we|would I] have to [wait|queue|stand in line] [long |][for a table |]at {place}[ {date}| at {time}|]?",
        "[what|which] time [is|are] [you|{place}] [least|most] [busy|full]?",
        "[lots of people|big crowd|long line|any queue] at {place} [{date}|right now|now]?",
    ),
    "restaurant_reviews": (
        "[what do people|what does everyone|what do others] [say|think] [about|of] {place}?",
        "[does|has] {place} [have |got |][good|bad|decent] [reviews|ratings]?",
        "[is|was] {place} [any good|well rated|well reviewed|highly rated|recommended]?",
        "[show me|find|read me|look up|i want] [reviews|the ratings|opinions|feedback] [of|for|about|on] {place}",
        "how many stars [does|did] {place} [have|get]?",
        "[are|were] people [happy|satisfied] with [the food at |]{place}?",
    ),
    "play_music": (
        "[play|put on|start|i want to hear|can you play|let me hear|please play|gimme] [some |something by |the new one by |songs by |music by"
        " |]{artist}[ please| now|]",
        "[play|put on|start] {title} [by|from|of] {artist}[ please| on spotify|]",
        "[play|put on|start] [some |][jazz|rock|techno|lofi|country|blues|classical music|reggae|christmas songs|hip hop|folk]"
        "[ please| music|]",
        "[some|a bit of|could we have some] {artist}[, please| please| for dinner|, loud]",
        "[in the mood for|I feel like|fancy] [some |][{artist}|old songs|dance music][, play something|, put it on| now|]",
        "[play|start|put on] [my|the] {playlist} playlist",
        "[resume|shuffle|play] [the music|my songs|music]",
    ),
    "add_to_playlist": (
        "[add|put|save|stick] [this|this song|this track|it|that one] [to|on|in|onto] [my|the|our] {playlist} playlist[ please|]",
        "[add|put] {title} [by {artist} |][to|on|in] [my|the|our] [playlist |]{playlist}[ playlist| list|]",
        "[add|put|save] [something by |a song by |some |the new ]{artist} [to|on|into] [my|the|our] {playlist} playlist",
        "[i want|I'd like] [this|{title}|{artist}] [on|in] [my|the] {playlist} [playlist|list]",
        "[can you|could u|please] [add|put] [this|the song|the current track] [to|on] [the |my |][playlist [called|named] ]{playlist}",
        "{title} [belongs in|goes on|should be on|to] [my|the] {playlist} [playlist|list]",
    ),
    "what_song": (
        "[what|which] [song|track|tune] is [this|that|playing|on][ now| right now|]?",
        "[who|which band] [sings|plays|is singing|wrote] [this|that|this one|the song that is on]?",
        "[name|title] of [this|the current|that] [song|track]?",
        "[do you know|tell me|identify|what's the name of] [this song|the track|this tune|the song playing]",
        "[what|whats] [am i listening to|are we hearing|is playing][ now| here|]?",
        "[this|that] [melody|beat|song] is [great|lovely|driving me mad], what [is it|is it called]",
    ),
    "next_song": (
        "[next|skip|skip this|next one|next track|next song][ please| pls|!|]",
        "[play|go to|jump to|give me] the [next|following] [song|track|one|tune]",
        "[skip|pass|drop] [this|the] [song|track|one][, I hate it|, heard it too often|, it's boring|]",
        "[don't like|not|I am tired of] this [song|one|track][,|.] [next|skip|something else|move on]",
        "[can you|could we] [skip|go on to the next|jump over this] [song|track|one]?",
        "[another|a different] [song|track][ please|], [not this|skip]",
    ),
    "thank_you": (
        "[thanks|thank you|thx|ty|many thanks|cheers|thank u][ a lot| so much| very much| a million|][, that helped|, you are great|!|, all"
        " good now| for your help| mate|]",
        "[great|perfect|awesome|lovely|brilliant|super|ok], [thanks|thank you|thx|cheers][ again| so much|]",
        "[that|this] [was|is] [really |so |][helpful|kind|nice][,|.] [thanks|thank you]",
        "[i|I really] appreciate [it|your help|that][, thank you|]",
        "[you|u] [are|r] [the best|a lifesaver|so kind|wonderful][, thanks|, thank you|!]",
        "[it works now|all sorted|problem solved|card came], [thank you|thanks][ so much|]",
    ),
}
FIRST = (
    "Anna Ben Carla David Emma Femi Grace Hugo Ines Jack Karin Liam Mei Noah Olga Priya Quentin Rosa Sam Tara Uma Victor Wendy Yusuf"
    " Zoe José Amélie Björn"
).split()
LAST = (
    "Adams Baker Chen Davies Evans Fischer Garcia Hansen Ibrahim Johnson Kim Lopez Müller Nguyen O'Brien Patel Quinn Rossi Smith Tanaka"
    " Ueda Vargas Wagner Xu Young Zhang Andersson Bianchi Cohen Dubois Eriksen Fernandes Gupta Horvath Ivanova Jansen Kaya Larsen"
    " McDonald Nowicki Ortiz Petrov Ramirez Schneider Taylor Usman Virtanen Williams Yamada Zimmermann Brightwater Castlemaine"
    " Featherstone Goldsmith Hathaway Kingsley Longfellow Merriweather Northcott Underhill Gonçalves Brontë Škoda Łukasik"
).split()
MONTHS = "January February March April May June July August September October November December Jan Feb Aug Sept Oct Nov Dec".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBERS = "one two three four five six seven eight nine ten eleven twelve fifteen".split()
LIST_WORDS = (
    "summer winter party chill study running morning night drive beach rain coffee sunday workout sleep focus happy sad old new love"
    " dance kitchen garden office school travel campsite vibes hits mix tunes songs classics favourites mum dad kids wedding birthday"
    " holiday metal indie acoustic piano guitar jazz disco eighties power slow quiet loud deep blue golden city sea mountain"
).split()
GOODS = (
    "a pair of shoes|the concert tickets|a broken lamp|the headphones|my cancelled flight|a coat|the hotel room|a phone case"
    "|the gym membership|a course|the blender|two books|an app|the delivery"
).split("|")


class Writer:
    """Draws messages of `MESSAGES`; the same random source gives the same ones."""

    def __init__(self, augmenter, rng, never=frozenset()):
        """`never` holds normalised texts that must not be written: those that the model is measured on."""
        self.augmenter, self.random, self.never = augmenter, rng, never

    def message(self, label=None):
        """`(label, text, {field: value})`."""
        label = label or self.random.choice(sorted(MESSAGES))
        while True:
            text, fields = self.draft(label)
            if normalise(text) not in self.never:
                return label, text, fields

    def draft(self, label):
        pattern = self.random.choice(MESSAGES[label])
        pattern = pattern.replace("{named}", NAMED).replace("{reason}", REASON)
        if self.random.random() < 0.6:
            pattern = HELLO + (PLEASE if not pattern.startswith(("{", "[table", "[party")) else "") + pattern + BYE
        text, fields = self.filled(self.chosen(pattern))
        return self.styled(text, fields)

    def chosen(self, pattern):
        """The pattern with every choice made, the inner ones first."""
        inner = re.compile(r"\[([^\[\]]*)\]")
        while True:
            found = inner.search(pattern)
            if not found:
                return re.sub(r" {2,}", " ", pattern).strip()
            pattern = pattern[: found.start()] + self.random.choice(found[1].split("|")) + pattern[found.end() :]

    def filled(self, pattern):
        out, fields, at = "", {}, 0
        for found in re.finditer(r"\{(\w+)\}", pattern):
            name = found[1]
            value = getattr(self, name)()
            out += pattern[at : found.start()] + value
            at = found.end()
            name = "people" if name == "number" else name
            if name in ("people", "date", "time", "last_name", "artist", "playlist", "amount_of_money"):
                fields.setdefault(name, value)
        return out + pattern[at:], fields

    def styled(self, text, fields):
        """The writer's habits of case."""
        draw = self.random.random()
        if draw < 0.35 and not any(text.startswith(v) for v in fields.values()):
            return text[:1].upper() + text[1:], fields
        if draw < 0.6:
            return text.lower(), {k: v.lower() for k, v in fields.items()}
        return text, fields

    def pick(self, text):
        return self.random.choice(text[1:-1].split("|"))

    def currency(self):
        return self.pick(CURRENCY)

    def shop(self):
        return self.pick(SHOP)

    def who(self):
        return self.pick(WHO)

    def place(self):
        return self.pick(PLACE)

    def goods(self):
        return self.random.choice(GOODS)

    def first(self):
        return self.random.choice(FIRST)

    def last_name(self):
        if self.random.random() < 0.4:
            return self.augmenter.made_up_word().capitalize()
        return self.random.choice(LAST)

    def number(self):
        return self.random.choice((str(self.random.randint(1, 20)), self.random.choice(NUMBERS)))

    def people(self):
        who = self.random.choice(("people", "people", "people", "persons", "guests", "adults", "of us", "friends"))
        draw = self.random.random()
        if draw < 0.4:
            return self.number()
        if draw < 0.8:
            return f"{self.number()} {who}" if who != "of us" else self.number()
        n = self.random.choice(NUMBERS[1:6] + list("23456"))
        return self.random.choice(
            (
                f"{n} adults and {self.random.choice(('a child', '2 kids', 'one baby', '3 children', '1 kid'))}",
                f"me and {self.random.choice(('my husband', 'my boss', 'a friend', n + ' friends', 'my parents'))}",
                f"myself and {n} {self.random.choice(('others', 'colleagues', 'friends'))}",
                f"my {self.random.choice(('wife', 'partner', 'brother', 'son'))} and {self.random.choice(('me', 'I'))}",
                f"me, my {self.random.choice(('dad', 'girlfriend', 'aunt'))} and {self.random.choice(('our son', 'two kids'))}",
            )
        )

    def date(self):
        r = self.random
        day, month = r.randint(1, 31), r.choice(MONTHS)
        nth = f"{day}{'th' if day // 10 == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
        return r.choice(
            (
                *("today", "tomorrow", "tonight", "yesterday", "this evening", "tomorrow night"),
                *(r.choice(DAYS), r.choice(DAYS).lower(), r.choice(DAYS)),
                f"{r.choice(('next', 'this', 'last'))} {r.choice(DAYS)}",
                f"{month} {nth}",
                f"{day} {month}",
                f"{nth} of {month}",
                f"{month} {day}",
                f"{r.choice(DAYS)} {day} {month}",
                f"{r.choice(DAYS)} the {nth}",
                nth,
                f"{day:02d}/{r.randint(1, 12):02d}{r.choice(('', '/2024', '/2025', '/2026'))}",
                f"{r.randint(2, 9)} {r.choice(('days', 'weeks'))} ago",
                f"in {r.randint(2, 9)} {r.choice(('days', 'weeks'))}",
                f"last {r.choice(('week', 'night', 'month'))}",
            )
        )

    def time(self):
        r = self.random
        hour, minute = r.randint(1, 12), r.choice(("00", "15", "30", "45"))
        half = r.choice(("pm", " pm", "PM", " PM", "am", "p.m."))
        return r.choice(
            (
                f"{hour}{half}",
                f"{hour}{half}",
                f"{hour}:{minute}",
                f"{hour}:{minute}{half}",
                f"{hour}.{minute}{half}",
                f"{r.randint(11, 22)}:{minute}",
                f"{r.randint(11, 22)}:{minute}",
                str(hour),
                r.choice(NUMBERS[:12]),
                f"half past {r.choice(NUMBERS[:12])}",
                f"quarter {r.choice(('to', 'past'))} {r.choice(NUMBERS[:12])}",
                r.choice(("noon", "midday", "midnight")),
                f"{hour}ish",
                f"{r.choice(NUMBERS[:12])} o'clock",
            )
        )

    def artist(self):
        draw = self.random.random()
        if draw < 0.7:
            return self.cased(self.random.choice(self.augmenter.values["artist"]))
        words = [self.augmenter.made_up_word() for _ in range(self.random.choice((1, 1, 2)))]
        return self.cased(self.random.choice(("", "", "the ")) + " ".join(words))

    def title(self):
        return self.cased(self.augmenter.made_up_value(self.random.choice(("track", "album"))))

    def playlist(self):
        draw = self.random.random()
        if draw < 0.45:
            return self.cased(self.random.choice(self.augmenter.values["playlist"]))
        words = [self.random.choice(LIST_WORDS) for _ in range(self.random.choice((1, 2, 2, 2, 3)))]
        if len(words) > 1 and self.random.random() < 0.2:
            words.insert(1, self.random.choice(("and", "&", "for")))
        return self.cased(" ".join(words))

    def cased(self, text):
        return self.random.choice((text, text, text.title(), text.lower(), text))

    def amount_of_money(self):
        return self.augmenter.money()


def overlap(texts, writer, drawn, words=6):
    """Runs of `words` words that drawn messages share with `texts`: a look at whether something was taken over."""

    def runs(text):
        found = re.findall(r"\w+", text.lower())
        return {tuple(found[i : i + words]) for i in range(len(found) - words + 1)}

    own = set().union(*(runs(writer.message()[1]) for _ in range(drawn)))
    return sorted({" ".join(r) for t in texts for r in runs(t)} & {" ".join(r) for r in own})
