# The T5 family as a TorchScript program: T5 v1.0 and v1.1, Flan-T5, UL2, Flan-UL2, mT5, UMT5.
#
# Compiled by libtorch when the model is opened; weights are bound afterwards, mapped from safetensors files.
# Follows transformers/models/t5/modeling_t5.py. In a saved TorchScript archive dtypes are numbers:
# 4 int64, 5 float16, 6 float32, 11 bool, 15 bfloat16.
#
# Shapes: B records, S encoder positions, N trie nodes, E trie edges, T decoder positions, H heads, K = d_kv,
# D = d_model, V embedding rows. Decoding rows lie in lanes by the length of their prompts; a lane has C slots of W
# encoder positions, the rows in the first of them. Weights lie in `w` in the order of io.flanstream.model.checkpoint.T5Tensors, the head last;
# what is packed for the CPU's kernels lies in `prepacked` and `int8`, at the place that `places` has for the first weight of the pack;
# the scales of 8-bit weights on a device lie in `prepacked`, too.
# There are two branches: `cuda` is that of GPUs, which also runs on the CPU. It starts few kernels: weights that share an
# input are one matrix, and a norm is two operations.
# Blocks are counted through both stacks, the encoder's first; `cuts` are those before which another device begins. A block's
# weights and caches lie on one device: that of its first norm.
class T5(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  _is_full_backward_hook : Optional[bool]
  files : List[Tensor]
  factors : List[Tensor]
  adapted : List[int]
  scales : List[float]
  w : List[Tensor]
  kinds : List[int]
  places : List[int]
  cuts : List[int]
  prepacked : List[Tensor]
  int8 : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  cross : List[Tensor]
  paddings : List[Tensor]
  cache : List[Tensor]
  encoder_layers : int
  decoder_layers : int
  heads : int
  d_kv : int
  buckets : int
  max_distance : int
  pieces : int
  epsilon : float
  output_scale : float
  activation : str
  gated : bool
  bias_in_every_block : bool
  levels : int
  cuda : bool
  slots : List[int]
  spans : List[int]
  past : List[Tensor]

  # Maps a file as `count` numbers of one dtype. Pages are read when they are first touched.
  def map_file(self: __torch__.T5, path: str, count: int, dtype: int) -> int:
    self.files.append(torch.from_file(path, False, count, dtype=dtype))
    return len(self.files) - 1

  # Numbers in a mapped file: a view, or a copy where they do not lie at a multiple of their size and the file is mapped
  # as bytes, `width` of them a number; `width` is 0 for a view.
  def read(self: __torch__.T5, file: int, offset: int, shape: List[int], stored: int, width: int) -> Tensor:
    stride = [1]
    if len(shape) == 2:
      stride = [shape[1], 1]
    if width == 0:
      x = torch.as_strided(self.files[file], shape, stride, offset)
    else:
      count = width
      for size in shape:
        count = count * size
      x = torch.view_copy(torch.as_strided(self.files[file], [count], [1], offset).clone(), dtype=stored).view(shape)
    return x

  # Binds the next weight as it is stored.
  def add_weight(self: __torch__.T5, file: int, offset: int, shape: List[int], stored: int, width: int) -> int:
    self.w.append(self.read(file, offset, shape, stored, width))
    self.kinds.append(0)
    self.places.append(-1)
    return len(self.w)

  # Binds a factor of what an adapter adds to weight i: scale * b a, with a bound first.
  def add_factor(self: __torch__.T5, file: int, offset: int, shape: List[int], stored: int, width: int, i: int, scale: float) -> int:
    self.factors.append(self.read(file, offset, shape, stored, width))
    if len(self.factors) % 2 == 0:
      self.adapted.append(i)
      self.scales.append(scale)
    return len(self.factors)

  # Weight i with what adapters add to it: summed in float32, then in the dtype that the weight is stored in.
  def merged(self: __torch__.T5, i: int) -> Tensor:
    x = self.w[i]
    y = x
    for j in range(len(self.adapted)):
      if self.adapted[j] == i:
        y = y.float() + torch.mm(self.factors[2 * j + 1].float(), self.factors[2 * j].float()) * self.scales[j]
    return y.to(x.dtype)

  # Gives weight i its dtype and device: a copy only where these are others than stored, or an adapter adds to it.
  # The branch for CUDA has the weights of a norm twice, and two signs after them.
  def place(self: __torch__.T5, i: int, dtype: int, device: str) -> int:
    x = self.merged(i).to(torch.device(device), dtype)
    if self.cuda and x.dim() == 1:
      x = torch.cat([x, x, torch.linspace(1.0, -1.0, 2, dtype=dtype, device=x.device)], 0)
    self.w[i] = x
    return i

  # Lays `count` neighbouring weights out as one: kind 1 for the CPU's kernels in their dtype, 2 for those as int8 with a
  # scale a row, 3 as one matrix on a device, 4 and 5 as `quantize` does. The weights themselves are let go of.
  def pack(self: __torch__.T5, first: int, count: int, kind: int, dtype: int, device: str) -> int:
    if kind > 3:
      place = self.quantize(first, count, kind, device)
    else:
      place = self.lay_out(first, count, kind, dtype, device)
    return place

  # Neighbouring weights as one matrix of 8-bit integers on a device, with a scale a row. For products of kind 4 the
  # activations are quantized, too; for those of kind 5 the weights alone are, as they are where `_int_mm` does not take
  # the shape. Some rows go at a time, so that a device never has more than these as they were.
  def quantize(self: __torch__.T5, first: int, count: int, kind: int, device: str) -> int:
    columns = self.w[first].size(1)
    rows = 0
    for j in range(count):
      rows = rows + self.w[first + j].size(0)
    q = torch.empty([rows, columns], dtype=1, device=torch.device(device))
    scales = torch.empty([rows], dtype=6, device=torch.device(device))
    most = max(1, self.numbers_at_once() // columns)
    row = 0
    for j in range(count):
      weight = self.merged(first + j)
      for p in range((weight.size(0) + most - 1) // most):
        size = min(most, weight.size(0) - p * most)
        x = weight.narrow(0, p * most, size).to(torch.device(device)).float()
        scale = torch.clamp(torch.linalg_vector_norm(x, float("inf"), [1], True) / 127.0, min=1.0e-12)
        torch.copy_(q.narrow(0, row, size), torch.round_(x / scale))
        torch.copy_(scales.narrow(0, row, size), scale.view([-1]))
        row = row + size
      self.w[first + j] = q
    self.places[first] = len(self.prepacked)
    self.prepacked.append(scales)
    self.kinds[first] = kind
    if columns % 8 != 0 or rows % 8 != 0:
      self.kinds[first] = 5
    return first

  def lay_out(self: __torch__.T5, first: int, count: int, kind: int, dtype: int, device: str) -> int:
    parts : List[Tensor] = []
    for j in range(count):
      x = self.merged(first + j)
      if kind == 3:
        x = x.to(torch.device(device), dtype)
      parts.append(x)
      self.w[first + j] = torch.zeros([0], dtype=dtype, device=x.device)
    x = parts[0]
    if count > 1:
      x = torch.cat(parts, 0)
    x = x.to(dtype)
    if kind == 3:
      self.w[first] = x
    elif kind == 1:
      self.places[first] = len(self.prepacked)
      self.prepacked.append(ops.mkldnn._reorder_linear_weight(x, 64))
    else:
      self.places[first] = len(self.int8)
      scale = torch.clamp(torch.amax(torch.abs(x), [1]) / 127.0, min=1.0e-12).to(7)
      q = torch.quantize_per_channel(x, scale, torch.zeros([x.size(0)], dtype=4), 0, 12)
      self.int8.append(ops.quantized.linear_prepack(q, None))
    self.kinds[first] = kind
    return first

  def pack_feed_forward(self: __torch__.T5, i: int, kind: int, output_kind: int, dtype: int, device: str) -> int:
    inner = 1
    if self.gated:
      inner = 2
    self.pack(i + 1, inner, kind, dtype, device)
    return self.pack(i + 1 + inner, 1, output_kind, dtype, device)

  # Packs the linear maps of a block, those that share an input together. `output_kind` is that of the feed-forward's output.
  def pack_block(self: __torch__.T5, block: int, kind: int, output_kind: int, dtype: int, device: str) -> int:
    i = self.first_weight(block)
    self.pack(i + 1, 3, kind, dtype, device)
    self.pack(i + 4, 1, kind, dtype, device)
    if block < self.encoder_layers:
      self.pack_feed_forward(i + 5, kind, output_kind, dtype, device)
    else:
      self.pack(i + 6, 1, kind, dtype, device)
      self.pack(i + 7, 2, kind, dtype, device)
      self.pack(i + 9, 1, kind, dtype, device)
      self.pack_feed_forward(i + 10, kind, output_kind, dtype, device)
    return i

  # Packs the head, after the blocks, unless its kind is 0. The rest is copied, so that the mappings can go.
  def pack_rest(self: __torch__.T5, head_kind: int, dtype: int) -> int:
    if head_kind != 0:
      self.pack(len(self.w) - 1, 1, head_kind, dtype, "cpu")
    for j in range(len(self.w)):
      if self.kinds[j] == 0:
        self.w[j] = self.w[j].to(dtype).clone()
    return len(self.w)

  # Another device begins before a block.
  def cut(self: __torch__.T5, block: int) -> int:
    self.cuts.append(block)
    return len(self.cuts)

  # Lets go of the mappings; the weights that are views of them keep what they need.
  def finish_loading(self: __torch__.T5) -> int:
    self.files = []
    self.factors = []
    return len(self.w)

  # x W^T for each of `count` neighbouring weights, which are packed as one or not at all.
  def linears(self: __torch__.T5, x: Tensor, i: int, count: int) -> List[Tensor]:
    out : List[Tensor] = []
    if self.kinds[i] == 0:
      for j in range(count):
        out.append(torch.linear(x, self.w[i + j]))
    elif self.kinds[i] == 3:
      out = torch.chunk(torch.linear(x, self.w[i]), count, -1)
    elif self.kinds[i] > 3:
      out = torch.chunk(self.int8_linear(x, i, x.dtype), count, -1)
    else:
      out = torch.chunk(self.packed(x.contiguous(), i), count, -1)
    return out

  # The same, one after the other in the last dimension.
  def joined(self: __torch__.T5, x: Tensor, i: int, count: int) -> Tensor:
    if self.kinds[i] == 0:
      y = torch.cat(self.linears(x, i, count), -1)
    elif self.kinds[i] == 3:
      y = torch.linear(x, self.w[i])
    elif self.kinds[i] > 3:
      y = self.int8_linear(x, i, x.dtype)
    else:
      y = self.packed(x.contiguous(), i)
    return y

  # x + y W^T; x is lost in the branch for CUDA, where the sum is the product's own.
  def add_linear(self: __torch__.T5, x: Tensor, y: Tensor, i: int) -> Tensor:
    if self.kinds[i] > 3:
      torch.add_(x, self.int8_linear(y, i, 6).view(x.size()))
    elif self.cuda:
      torch.addmm_(x.view([-1, x.size(-1)]), y.reshape([-1, y.size(-1)]), self.w[i].t())
    else:
      x = x + self.linear(y, i)
    return x

  def linear(self: __torch__.T5, x: Tensor, i: int) -> Tensor:
    return self.linears(x, i, 1)[0]

  # Activations are quantized row by row, so that no row's values depend on its company.
  def packed(self: __torch__.T5, x: Tensor, i: int) -> Tensor:
    place = self.places[i]
    if self.kinds[i] == 1:
      y = ops.mkldnn._linear_pointwise(x, self.prepacked[place], None, "none", annotate(List[Optional[number]], []), "")
    else:
      scale = torch.clamp(torch.amax(torch.abs(x), [-1], True), min=1.0e-12)
      y = torch.mul_(ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x / scale, 1.0 / self.levels, self.levels + 1, self.int8[place]), scale)
    return y

  # Numbers of a product of 8-bit weights that are held as integers at once: 64 MiB of them.
  def numbers_at_once(self: __torch__.T5) -> int:
    return 16777216

  # x W^T in `dtype`, the weights 8-bit integers with a scale a row: those scales are the product's columns'.
  def int8_linear(self: __torch__.T5, x: Tensor, i: int, dtype: int) -> Tensor:
    w = self.w[i]
    scale = self.prepacked[self.places[i]]
    shape = list(x.size())
    rows = x.reshape([-1, w.size(1)])
    y = torch.empty([rows.size(0), w.size(0)], dtype=dtype, device=x.device)
    unpacked = w
    if self.kinds[i] == 5:
      unpacked = w.to(x.dtype)
    most = max(32, self.numbers_at_once() // w.size(0) // 8 * 8)
    for p in range((rows.size(0) + most - 1) // most):
      size = min(most, rows.size(0) - p * most)
      piece = rows.narrow(0, p * most, size)
      out = y.narrow(0, p * most, size)
      if self.kinds[i] == 5:
        torch.mul(torch.linear(piece, unpacked), scale, out=out)
      else:
        steps = torch.clamp_(torch.linalg_vector_norm(piece, float("inf"), [1], True, dtype=6), min=1.0e-12) / 127.0
        torch.mul(torch._int_mm(self.levels_of(piece, steps), w.t()).narrow(0, 0, size) * scale, steps, out=out)
    shape[len(shape) - 1] = w.size(0)
    return y.view(shape)

  # Activations as 8-bit integers, row by row, so that no row's values depend on its company. CUDA's `_int_mm` wants more
  # than 16 rows, and its kernels a multiple of 8; those that are added are 0.
  def levels_of(self: __torch__.T5, x: Tensor, steps: Tensor) -> Tensor:
    levels = torch.round_(x / steps)
    padded = max(32, (x.size(0) + 7) // 8 * 8)
    if padded > x.size(0):
      q = torch.zeros([padded, x.size(1)], dtype=1, device=x.device)
      torch.copy_(q.narrow(0, 0, x.size(0)), levels)
    else:
      q = levels.to(1)
    return q

  # Root mean square norm. The mean of x and -x is 0 and their variance the mean square of x, so that libtorch's layer
  # norm, which is one kernel, gives it of both.
  def norm(self: __torch__.T5, x: Tensor, i: int) -> Tensor:
    if self.cuda:
      d = x.size(-1)
      weights = self.w[i].narrow(0, 0, 2 * d).view([2, d])
      signs = self.w[i].narrow(0, 2 * d, 2).view([2, 1])
      y = torch.layer_norm(x.unsqueeze(-2) * signs, [2, d], weights, None, self.epsilon).select(-2, 0)
    else:
      v = x.float()
      y = self.w[i] * (v * torch.rsqrt(torch.mean(v * v, [-1], True) + self.epsilon)).to(self.w[i].dtype)
    return y

  def act(self: __torch__.T5, x: Tensor) -> Tensor:
    y = x
    if self.activation == "relu":
      y = torch.relu(x)
    elif self.activation == "silu":
      y = torch.silu(x)
    elif self.activation == "gelu":
      y = torch.gelu(x, approximate="none")
    else:
      y = torch.gelu(x, approximate="tanh")
    return y

  def feed_forward(self: __torch__.T5, x: Tensor, i: int) -> Tensor:
    y = self.norm(x, i)
    inner = 1
    if self.gated:
      inner = 2
    parts = self.linears(y, i + 1, inner)
    h = self.act(parts[0])
    if self.gated:
      h = torch.mul_(h, parts[1])
    return self.add_linear(x, h, i + 1 + inner)

  # [B, L, H * K] -> [B, H, L, K]
  def split(self: __torch__.T5, x: Tensor) -> Tensor:
    return x.view([x.size(0), x.size(1), self.heads, self.d_kv]).transpose(1, 2)

  # [B, H, L, K] -> [B, L, H * K]
  def join_heads(self: __torch__.T5, x: Tensor) -> Tensor:
    return x.transpose(1, 2).reshape([x.size(0), x.size(2), self.heads * self.d_kv])

  # Attention without the usual 1/sqrt(K); position bias and masks come in `bias`. On the CPU two matrix products take
  # less time than the fused kernel: that reads the keys of a single query at half the memory's rate, and elsewhere looks
  # for queries that see nothing, of which there are none. It alone has float32 between bfloat16.
  def attend(self: __torch__.T5, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    if self.cuda or (q.size(2) > 1 and q.dtype != 6):
      y = torch.scaled_dot_product_attention(q, k, v, bias, 0.0, False, scale=1.0)
    else:
      y = torch.matmul(torch.softmax(torch.add_(torch.matmul(q, k.transpose(2, 3)), bias), -1), v)
    return y

  # An additive mask whose rows begin where the fused kernel wants them to: it would copy another in every block.
  def aligned(self: __torch__.T5, bias: Tensor) -> Tensor:
    more = (8 - bias.size(-1) % 8) % 8
    if self.cuda and more > 0:
      y = torch.constant_pad_nd(bias, [0, more]).narrow(-1, 0, bias.size(-1))
    else:
      y = bias.contiguous()
    return y

  # Relative position (key - query) to bucket: modeling_t5.py, _relative_position_bucket.
  def bucket(self: __torch__.T5, relative: Tensor, bidirectional: bool) -> Tensor:
    n = self.buckets
    base = torch.zeros_like(relative)
    if bidirectional:
      n = n // 2
      base = torch.gt(relative, 0).to(4) * n
      distance = torch.abs(relative)
    else:
      distance = torch.clamp(-relative, min=0)
    exact = n // 2
    log = torch.log(torch.clamp(distance.float(), min=1.0) / exact) / torch.log(self.max_distance / exact) * (n - exact)
    large = torch.clamp(exact + log.to(4), max=n - 1)
    return base + torch.where(torch.lt(distance, exact), distance, large)

  # [B, S] of 0 (padding) and 1 -> additive [B, 1, 1, S]
  def padding(self: __torch__.T5, mask: Tensor) -> Tensor:
    zero = torch.zeros([mask.size(0), 1, 1, mask.size(1)], dtype=6, device=mask.device)
    return zero.masked_fill_(torch.eq(mask, 0).unsqueeze(1).unsqueeze(1), float("-inf")).to(self.w[0].dtype)

  # Position bias and mask of a block of the encoder on a device, [B, H, S, S]
  def encoder_bias(self: __torch__.T5, mask: Tensor, device: Device, block: int) -> Tensor:
    positions = torch.arange(mask.size(1), device=device)
    relative = positions.unsqueeze(0) - positions.unsqueeze(1)
    bias = torch.embedding(self.w[self.encoder_table(block)].to(device), self.bucket(relative, True)).permute([2, 0, 1]).unsqueeze(0)
    return self.aligned(bias + self.padding(mask.to(device)))

  # ids [B, S], mask [B, S] -> keys and values of every decoder block's cross-attention, [B, H, S, K] each
  def encode(self: __torch__.T5, ids: Tensor, mask: Tensor) -> List[Tensor]:
    x = torch.embedding(self.w[0], ids.to(self.w[0].device))
    block = 0
    for end in self.runs(0, self.encoder_layers):
      i = self.first_weight(block)
      x = x.to(self.w[i].device)
      bias = self.encoder_bias(mask, x.device, block)
      for layer in range(end - block):
        if self.bias_in_every_block and layer > 0:
          bias = self.encoder_bias(mask, x.device, block + layer)
        y = self.norm(x, i)
        qkv = self.linears(y, i + 1, 3)
        x = self.add_linear(x, self.join_heads(self.attend(self.split(qkv[0]), self.split(qkv[1]), self.split(qkv[2]), bias)), i + 4)
        x = self.feed_forward(x, i + 5)
        i = i + self.encoder_stride()
      block = end
    x = self.norm(x, 1)
    out : List[Tensor] = []
    for end in self.runs(block, block + self.decoder_layers):
      i = self.first_weight(block)
      x = x.to(self.w[i].device)
      for layer in range(end - block):
        kv = self.linears(x, i + 7, 2)
        out.append(self.split(kv[0]).contiguous())
        out.append(self.split(kv[1]).contiguous())
        i = i + self.decoder_stride()
      block = end
    return out

  def encoder_stride(self: __torch__.T5) -> int:
    n = 8
    if self.gated:
      n = 9
    return n

  def decoder_stride(self: __torch__.T5) -> int:
    return self.encoder_stride() + 5

  # Places of the position tables: one for each stack, its first block's, or one for each block.
  def encoder_table(self: __torch__.T5, block: int) -> int:
    place = 3
    if self.bias_in_every_block:
      place = 3 + block
    return place

  def decoder_table(self: __torch__.T5, layer: int) -> int:
    place = 4
    if self.bias_in_every_block:
      place = 3 + self.encoder_layers + layer
    return place

  # Place of a block's weights.
  def first_weight(self: __torch__.T5, block: int) -> int:
    above = max(0, block - self.encoder_layers)
    first = self.decoder_table(self.decoder_layers - 1) + 1
    return first + (block - above) * self.encoder_stride() + above * self.decoder_stride()

  # Ends of the runs of blocks, from `first` to `end`, that lie on one device each.
  def runs(self: __torch__.T5, first: int, end: int) -> List[int]:
    ends : List[int] = []
    for cut in self.cuts:
      if first < cut and cut < end:
        ends.append(cut)
    ends.append(end)
    return ends

  # Ends of the decoder's runs.
  def decoder_runs(self: __torch__.T5) -> List[int]:
    return self.runs(self.encoder_layers, self.encoder_layers + self.decoder_layers)

  # Device of a block of the decoder.
  def decoder_device(self: __torch__.T5, layer: int) -> Device:
    return self.w[self.first_weight(self.encoder_layers + layer)].device

  # Cross-attention and feed-forward of decoder block weights from i: x [B, L, D]
  def decoder_tail(self: __torch__.T5, x: Tensor, i: int, k: Tensor, v: Tensor, padding: Tensor) -> Tensor:
    q = self.split(self.linear(self.norm(x, i + 5), i + 6))
    x = self.add_linear(x, self.join_heads(self.attend(q, k, v, padding)), i + 9)
    return self.feed_forward(x, i + 10)

  def head(self: __torch__.T5, x: Tensor) -> Tensor:
    i = len(self.w) - 1
    x = x * self.output_scale
    if self.kinds[i] > 3:
      y = self.int8_linear(x, i, 6)
    else:
      y = self.linear(x, i).float()
    return y

  # Position bias of a trie's nodes, which see what is above them, in a block of the decoder: [1, H, N, N]
  def trie_bias(self: __torch__.T5, depths: Tensor, ancestors: Tensor, layer: int) -> Tensor:
    relative = depths.unsqueeze(0) - depths.unsqueeze(1)
    bias = torch.embedding(self.w[self.decoder_table(layer)].to(depths.device), self.bucket(relative, False)).permute([2, 0, 1])
    return self.aligned(bias.masked_fill(torch.eq(ancestors, 0), float("-inf")).unsqueeze(0))

  # Copies of a trie's inputs of `score`, with a byte for each of its ancestors, where the decoder begins and where it ends.
  def place_trie(self: __torch__.T5, tokens: Tensor, depths: Tensor, ancestors: Tensor, edge_nodes: Tensor, edge_tokens: Tensor) -> List[Tensor]:
    first = self.decoder_device(0)
    edges = [edge_nodes.clone().to(self.w[2].device), edge_tokens.clone().to(self.w[2].device)]
    return [tokens.clone().to(self.w[0].device), depths.clone().to(first), torch.ne(ancestors, 0).to(first)] + edges

  # What the head takes of every node of a trie after each of `count` records from `start`: [count, N, D].
  # tokens, depths [N]; ancestors [N, N], 1 where the column is the row or above it.
  def trie_states(self: __torch__.T5, cross: List[Tensor], mask: Tensor, start: int, count: int, tokens: Tensor, depths: Tensor, ancestors: Tensor) -> Tensor:
    x = torch.embedding(self.w[0], tokens).unsqueeze(0)
    layer = 0
    for end in self.decoder_runs():
      i = self.first_weight(self.encoder_layers + layer)
      device = self.w[i].device
      x = x.to(device).expand([count, x.size(1), x.size(2)]).contiguous()
      padding = self.aligned(self.padding(mask.to(device).narrow(0, start, count)))
      bias = self.trie_bias(depths.to(device), ancestors.to(device), layer)
      for block in range(end - self.encoder_layers - layer):
        if self.bias_in_every_block and block > 0:
          bias = self.trie_bias(depths.to(device), ancestors.to(device), layer)
        y = self.norm(x, i)
        qkv = self.linears(y, i + 1, 3)
        x = self.add_linear(x, self.join_heads(self.attend(self.split(qkv[0]), self.split(qkv[1]), self.split(qkv[2]), bias)), i + 4)
        x = self.decoder_tail(x, i, cross[2 * layer].narrow(0, start, count), cross[2 * layer + 1].narrow(0, start, count), padding)
        i = i + self.decoder_stride()
        layer = layer + 1
    return self.norm(x.to(self.w[2].device), 2)

  # Log-probability of every edge of a trie after each of `count` records from `start`: [count, E]; edges sorted by node.
  # chunks: (first node, end node, first edge, end edge) of each slice whose logits are held at once.
  def score(self: __torch__.T5, cross: List[Tensor], mask: Tensor, start: int, count: int, tokens: Tensor, depths: Tensor, ancestors: Tensor, edge_nodes: Tensor, edge_tokens: Tensor, chunks: List[int]) -> Tensor:
    x = self.trie_states(cross, mask, start, count, tokens, depths, ancestors)
    out : List[Tensor] = []
    for c in range(len(chunks) // 4):
      first = chunks[4 * c]
      last = chunks[4 * c + 1]
      from_edge = chunks[4 * c + 2]
      edges = chunks[4 * c + 3] - from_edge
      logits = self.head(x.narrow(1, first, last - first))
      nodes = edge_nodes.narrow(0, from_edge, edges) - first
      chosen : List[Optional[Tensor]] = [None, nodes, edge_tokens.narrow(0, from_edge, edges)]
      total = torch.logsumexp(logits, [-1])
      out.append(torch.index(logits, chosen) - torch.index_select(total, 1, nodes))
    return torch.cat(out, 1).cpu()

  # Logit of every edge of a trie, as `score` has its log-probability. Of a head that is not packed it computes the rows of the
  # edges' tokens alone.
  def score_edges(self: __torch__.T5, cross: List[Tensor], mask: Tensor, start: int, count: int, tokens: Tensor, depths: Tensor, ancestors: Tensor, edge_nodes: Tensor, edge_tokens: Tensor, chunks: List[int]) -> Tensor:
    x = self.trie_states(cross, mask, start, count, tokens, depths, ancestors)
    i = len(self.w) - 1
    out : List[Tensor] = []
    for c in range(len(chunks) // 4):
      first = chunks[4 * c]
      states = x.narrow(1, first, chunks[4 * c + 1] - first)
      from_edge = chunks[4 * c + 2]
      edges = chunks[4 * c + 3] - from_edge
      nodes = edge_nodes.narrow(0, from_edge, edges) - first
      columns = edge_tokens.narrow(0, from_edge, edges)
      if self.kinds[i] == 0:
        logits = torch.linear(states * self.output_scale, torch.index_select(self.w[i], 0, columns)).float()
        columns = torch.arange(edges, device=x.device)
      else:
        logits = self.head(states)
      chosen : List[Optional[Tensor]] = [None, nodes, columns]
      out.append(torch.index(logits, chosen))
    return torch.cat(out, 1).cpu()

  # Lets go of all lanes.
  def clear_lanes(self: __torch__.T5) -> int:
    self.cross.clear()
    self.paddings.clear()
    self.cache.clear()
    self.slots.clear()
    self.spans.clear()
    self.past.clear()
    layer = 0
    for end in self.decoder_runs():
      bias = self.past_bias(layer)
      for block in range(end - self.encoder_layers - layer):
        if self.bias_in_every_block and block > 0:
          bias = self.past_bias(layer)
        self.past.append(bias)
        layer = layer + 1
    return 0

  # Position bias of a key by its distance, in a block of the decoder: [H, 2 + max_distance], the first of keys that are
  # yet to come. Beyond max_distance all is the same.
  def past_bias(self: __torch__.T5, layer: int) -> Tensor:
    device = self.decoder_device(layer)
    relative = 1 - torch.arange(self.max_distance + 2, device=device)
    bias = torch.embedding(self.w[self.decoder_table(layer)].to(device), self.bucket(relative, False)).t()
    return bias.masked_fill(torch.gt(relative, 0).unsqueeze(0), float("-inf")).contiguous()

  # Adds a lane without slots: keys and values of the cross-attention [C, H, W, K] of every decoder block, and for every
  # run of them the additive mask of the prompts [C, 1, 1, W]. Keys and values of the self-attention lie, those of
  # all lanes together, in one tensor a block: [2, sum of C * H * T, K]. -> its index
  def add_lane(self: __torch__.T5, width: int, positions: int) -> int:
    d = self.w[0].dtype
    layer = 0
    for end in self.decoder_runs():
      device = self.decoder_device(layer)
      for i in range(2 * (end - self.encoder_layers - layer)):
        self.cross.append(torch.zeros([0, self.heads, width, self.d_kv], dtype=d, device=device))
      if len(self.slots) == 0:
        for i in range(end - self.encoder_layers - layer):
          self.cache.append(torch.zeros([2, 0, self.d_kv], dtype=d, device=device))
      self.paddings.append(torch.zeros([0, 1, 1, width], dtype=d, device=device))
      layer = end - self.encoder_layers
    self.slots.append(0)
    self.spans.append(positions)
    return len(self.slots) - 1

  # Where a lane's masks begin, one for each run of the decoder's blocks.
  def first_mask(self: __torch__.T5, lane: int) -> int:
    return lane * len(self.decoder_runs())

  # Where a lane's keys begin among those of all lanes.
  def first_key(self: __torch__.T5, lane: int) -> int:
    first = 0
    for l in range(lane):
      first = first + self.heads * self.slots[l] * self.spans[l]
    return first

  # Keys and values of the self-attention of a lane's rows: a view [2, C, H, T, K]
  def own(self: __torch__.T5, cache: Tensor, lane: int) -> Tensor:
    slots = self.slots[lane]
    span = self.spans[lane]
    return cache.narrow(1, self.first_key(lane), slots * self.heads * span).view([2, slots, self.heads, span, self.d_kv])

  # x with another number of slots and, in the dimension `dim`, of positions: what fits is kept, the rest is 0.
  def resized(self: __torch__.T5, x: Tensor, at: int, slots: int, dim: int, positions: int) -> Tensor:
    shape = list(x.size())
    shape[at] = slots
    shape[dim] = positions
    y = torch.zeros(shape, dtype=x.dtype, device=x.device)
    kept = min(slots, x.size(at))
    seen = min(positions, x.size(dim))
    torch.copy_(y.narrow(at, 0, kept).narrow(dim, 0, seen), x.narrow(at, 0, kept).narrow(dim, 0, seen))
    return y

  # Gives a lane another number of slots and of positions, one tensor after the other.
  def resize_lane(self: __torch__.T5, lane: int, slots: int, positions: int) -> int:
    first = 2 * self.decoder_layers * lane
    for i in range(2 * self.decoder_layers):
      old = self.cross[first + i]
      if old.size(0) != slots:
        self.cross[first + i] = self.resized(old, 0, slots, 2, old.size(2))
    if slots != self.slots[lane] or positions != self.spans[lane]:
      for i in range(self.decoder_layers):
        self.cache[i] = self.with_lane(self.cache[i], lane, slots, positions)
    self.slots[lane] = slots
    self.spans[lane] = positions
    for m in range(self.first_mask(lane), self.first_mask(lane + 1)):
      self.paddings[m] = self.resized(self.paddings[m], 0, slots, 3, self.paddings[m].size(3))
    return slots

  # Keys and values of all lanes, one of them with another number of slots and of positions.
  def with_lane(self: __torch__.T5, cache: Tensor, lane: int, slots: int, positions: int) -> Tensor:
    first = self.first_key(lane)
    after = self.first_key(lane + 1)
    size = slots * self.heads * positions
    y = torch.zeros([2, cache.size(1) - after + first + size, self.d_kv], dtype=cache.dtype, device=cache.device)
    torch.copy_(y.narrow(1, 0, first), cache.narrow(1, 0, first))
    torch.copy_(y.narrow(1, first + size, cache.size(1) - after), cache.narrow(1, after, cache.size(1) - after))
    old = self.own(cache, lane)
    kept = min(slots, old.size(1))
    seen = min(positions, old.size(3))
    new = y.narrow(1, first, size).view([2, slots, self.heads, positions, self.d_kv])
    torch.copy_(new.narrow(1, 0, kept).narrow(3, 0, seen), old.narrow(1, 0, kept).narrow(3, 0, seen))
    return y

  # Copies some records of an encoding [B, H, S, K] with its mask [B, S] into the slots of a lane from `slot` on.
  def join(self: __torch__.T5, cross: List[Tensor], mask: Tensor, records: Tensor, lane: int, slot: int) -> int:
    count = records.size(0)
    width = 0
    for m in range(self.first_mask(lane), self.first_mask(lane + 1)):
      device = self.paddings[m].device
      padding = self.padding(mask.to(device))
      width = min(padding.size(3), self.paddings[m].size(3))
      slots = self.paddings[m].narrow(0, slot, count)
      torch.fill_(slots, float("-inf"))
      torch.copy_(slots.narrow(3, 0, width), torch.index_select(padding.narrow(3, 0, width), 0, records.to(device)))
    first = 2 * self.decoder_layers * lane
    i = 0
    for end in self.decoder_runs():
      at = records.to(cross[i].device)
      for k in range(2 * (end - self.encoder_layers) - i):
        to = self.cross[first + i].narrow(0, slot, count).narrow(2, 0, width)
        torch.copy_(to, torch.index_select(cross[i].narrow(2, 0, width), 0, at))
        i = i + 1
    return count

  # Copies the row in one slot of a lane over that in another.
  def move(self: __torch__.T5, lane: int, source: int, target: int) -> int:
    first = 2 * self.decoder_layers * lane
    for i in range(2 * self.decoder_layers):
      torch.copy_(self.cross[first + i].select(0, target), self.cross[first + i].select(0, source))
    for i in range(self.decoder_layers):
      own = self.own(self.cache[i], lane)
      torch.copy_(own.select(1, target), own.select(1, source))
    for m in range(self.first_mask(lane), self.first_mask(lane + 1)):
      torch.copy_(self.paddings[m].select(0, target), self.paddings[m].select(0, source))
    return target

  # Lets some slots of a lane go on from the first positions that others have cached; all are read before one is written.
  def reorder(self: __torch__.T5, lane: int, sources: Tensor, targets: Tensor, positions: int) -> int:
    i = 0
    for end in self.decoder_runs():
      device = self.cache[i].device
      order = sources.to(device)
      at : List[Optional[Tensor]] = [None, targets.to(device)]
      for k in range(end - self.encoder_layers - i):
        seen = self.own(self.cache[i], lane).narrow(3, 0, positions)
        torch.index_put_(seen, at, torch.index_select(seen, 1, order))
        i = i + 1
    return positions

  # Position bias of rows at positions of their own, in a block of the decoder: [B, H, 1, keys]. `distances` are those of
  # `past_bias`, [B, keys].
  def step_bias(self: __torch__.T5, distances: Tensor, layer: int) -> Tensor:
    bias = torch.index_select(self.past[layer], 1, distances.view([-1]))
    return bias.view([self.heads, distances.size(0), distances.size(1)]).transpose(0, 1).unsqueeze(2)

  # Attention to the row's own past: queries, keys and values [B, 3 * H * K], cached at `places` [B, H] where they come
  # to be seen
  def attend_past(self: __torch__.T5, qkv: Tensor, layer: int, places: Tensor, lanes: List[int], bias: Tensor) -> Tensor:
    inner = self.heads * self.d_kv
    q = qkv.narrow(1, 0, inner).view([qkv.size(0), self.heads, 1, self.d_kv])
    kv = qkv.narrow(1, inner, 2 * inner).view([qkv.size(0), 2, self.heads, self.d_kv]).transpose(0, 1)
    at : List[Optional[Tensor]] = [None, places]
    torch.index_put_(self.cache[layer], at, kv)
    seen : List[Tensor] = []
    row = 0
    for l in range(len(lanes) // 4):
      rows = lanes[4 * l + 1]
      keys = lanes[4 * l + 2]
      own = self.own(self.cache[layer], lanes[4 * l]).narrow(1, 0, rows).narrow(3, 0, keys)
      seen.append(self.attend(q.narrow(0, row, rows), own.select(0, 0), own.select(0, 1), bias.narrow(0, row, rows).narrow(3, 0, keys)))
      row = row + rows
    return self.rows(seen)

  # What lanes have read, [rows, H, 1, K] each -> [B, H * K]
  def rows(self: __torch__.T5, lanes: List[Tensor]) -> Tensor:
    x = lanes[0]
    if len(lanes) > 1:
      x = torch.cat(lanes, 0)
    return x.reshape([x.size(0), self.heads * self.d_kv])

  # Masks of the prompts that have rows, on the device of a run of blocks: [B, 1, 1, width] of each lane
  def prompt_masks(self: __torch__.T5, lanes: List[int], run: int) -> List[Tensor]:
    out : List[Tensor] = []
    for l in range(len(lanes) // 4):
      mask = self.paddings[self.first_mask(lanes[4 * l]) + run]
      out.append(mask.narrow(0, 0, lanes[4 * l + 1]).narrow(3, 0, lanes[4 * l + 3]))
    return out

  # Attention to the prompts: queries [B, H * K]
  def attend_prompts(self: __torch__.T5, query: Tensor, layer: int, lanes: List[int], masks: List[Tensor]) -> Tensor:
    q = query.view([query.size(0), self.heads, 1, self.d_kv])
    read : List[Tensor] = []
    row = 0
    for l in range(len(lanes) // 4):
      rows = lanes[4 * l + 1]
      width = lanes[4 * l + 3]
      cross_k = self.cross[2 * (self.decoder_layers * lanes[4 * l] + layer)].narrow(0, 0, rows).narrow(2, 0, width)
      cross_v = self.cross[2 * (self.decoder_layers * lanes[4 * l] + layer) + 1].narrow(0, 0, rows).narrow(2, 0, width)
      read.append(self.attend(q.narrow(0, row, rows), cross_k, cross_v, masks[l]))
      row = row + rows
    return self.rows(read)

  # One decoder step of B records, each at a position of its own, sorted by lane. All numbers come in one tensor and all
  # results go in one, so that a device is waited for once.
  # numbers: tokens [B], positions + 1 [B], places of the new keys in the caches [B, H], allowed [B, A] token ids, -1
  # beyond a row's own, rows of which the log-probability of each allowed token is wanted [S], rows of which the most
  # probable pieces are wanted; lanes: (lane, rows, 1 + the highest position, tokens of the longest prompt) of each that
  # has rows; the last are in groups: (rows, pieces) of each. Writes the caches.
  # -> the most probable piece [B] and its log-probability [B]; where A > 0, which of those allowed is the most probable
  # [B], its log-probability [B], and that among those allowed [B], and the log-probabilities of all [S, A]; where there
  # is a group, log-sum-exp of the logits [B], and pieces and log-probabilities of each group
  def step(self: __torch__.T5, numbers: Tensor, count: int, lanes: List[int], width: int, scored: int, groups: List[int]) -> Tensor:
    numbers = numbers.to(self.w[0].device)
    x = torch.embedding(self.w[0], numbers.narrow(0, 0, count))
    keys = 0
    for l in range(len(lanes) // 4):
      keys = max(keys, lanes[4 * l + 2])
    keys = (keys + 7) // 8 * 8
    layer = 0
    run = 0
    for end in self.decoder_runs():
      i = self.first_weight(self.encoder_layers + layer)
      x = x.to(self.w[i].device)
      numbers = numbers.to(x.device)
      positions = numbers.narrow(0, count, count).unsqueeze(1)
      distances = torch.clamp_(positions - torch.arange(keys, device=x.device), 0, self.max_distance + 1)
      places = numbers.narrow(0, 2 * count, count * self.heads).view([count, self.heads])
      bias = self.step_bias(distances, layer)
      masks = self.prompt_masks(lanes, run)
      for block in range(end - self.encoder_layers - layer):
        if self.bias_in_every_block and block > 0:
          bias = self.step_bias(distances, layer)
        y = self.joined(self.norm(x, i), i + 1, 3)
        x = self.add_linear(x, self.attend_past(y, layer, places, lanes, bias), i + 4)
        y = self.linear(self.norm(x, i + 5), i + 6)
        x = self.add_linear(x, self.attend_prompts(y, layer, lanes, masks), i + 9)
        x = self.feed_forward(x, i + 10)
        i = i + self.decoder_stride()
        layer = layer + 1
      run = run + 1
    x = x.to(self.w[2].device)
    numbers = numbers.to(x.device)
    logits = self.head(self.norm(x, 2))
    logprobs = torch.log_softmax(logits, -1)
    # Rows of the embedding beyond the vocabulary stand for nothing.
    chosen = torch.argmax(logprobs.narrow(1, 0, self.pieces), -1, True)
    out = [chosen.view([-1]).float(), torch.gather(logprobs, 1, chosen).view([-1])]
    at = count * (2 + self.heads)
    if width > 0:
      allowed = numbers.narrow(0, at, count * width).view([count, width])
      at = at + count * width
      each = torch.gather(logprobs, 1, torch.clamp(allowed, min=0)).masked_fill_(torch.lt(allowed, 0), float("-inf"))
      raw, best = torch.max(each, 1, True)
      out.append(best.view([-1]).float())
      out.append(raw.view([-1]))
      out.append(torch.gather(torch.log_softmax(each, 1), 1, best).view([-1]))
      if scored > 0:
        out.append(torch.index_select(each, 0, numbers.narrow(0, at, scored)).view([-1]))
    at = at + scored
    if len(groups) > 0:
      out.append(logits.select(1, 0) - logprobs.select(1, 0))
      for g in range(len(groups) // 2):
        members = torch.index_select(logprobs, 0, numbers.narrow(0, at, groups[2 * g])).narrow(1, 0, self.pieces)
        most, ids = torch.topk(members, min(groups[2 * g + 1], self.pieces))
        out.append(ids.view([-1]).float())
        out.append(most.view([-1]))
        at = at + groups[2 * g]
    return torch.cat(out, 0).cpu()
