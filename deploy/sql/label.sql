-- The demo's messages through the model in SQL: each labelled in streaming mode, as the job labels it,
-- then counted in batch mode. Connections, and the model that is asked, are those of the pipeline:
--
--   deploy/bin/flanstream sql --pipeline deploy/demo/pipeline.yaml -f deploy/sql/label.sql
--
-- The topics labelled and unlabelled must be there.

CREATE MODEL intent
INPUT (`text` STRING)
OUTPUT (label STRING, score DOUBLE, error_code STRING, error_message STRING)
WITH ('provider' = 'flan-ul2', 'task' = 'classification', 'threshold' = '0.4', 'error-mode' = 'null',
  'labels' = 'card_arrival, lost_or_stolen_card, activate_my_card, change_pin, exchange_rate,
    declined_card_payment, request_refund, terminate_account, top_up_failed,
    transfer_not_received_by_recipient, restaurant_reservation, cancel_reservation,
    confirm_reservation, how_busy, restaurant_reviews, play_music, add_to_playlist, what_song,
    next_song, thank_you');

CREATE TABLE messages (id STRING, `text` STRING)
WITH ('topic' = 'messages', 'format' = 'json', 'json.ignore-parse-errors' = 'true')
LIKE connection;

CREATE TABLE labelled (id STRING, label STRING, score DOUBLE)
WITH ('topic' = 'labelled', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'labelled', 'properties.transaction.timeout.ms' = '600000')
LIKE connection;

CREATE TABLE unlabelled (id STRING, error_code STRING, error_message STRING)
WITH ('topic' = 'unlabelled', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'unlabelled', 'properties.transaction.timeout.ms' = '600000')
LIKE connection;

CREATE VIEW asked AS
SELECT id, label, score, error_code, error_message
FROM ML_PREDICT(TABLE messages, MODEL intent, DESCRIPTOR(`text`))
WHERE id IS NOT NULL AND `text` IS NOT NULL;

SET 'execution.runtime-mode' = 'streaming';
SET 'execution.checkpointing.interval' = '1 s';

EXECUTE STATEMENT SET BEGIN
INSERT INTO labelled SELECT id, label, score FROM asked WHERE error_code IS NULL;
INSERT INTO unlabelled SELECT id, error_code, error_message FROM asked WHERE error_code IS NOT NULL;
END;

SET 'execution.runtime-mode' = 'batch';

SELECT label, COUNT(*) AS messages, AVG(score) AS mean_score
FROM labelled
GROUP BY label
ORDER BY messages DESC, label;
