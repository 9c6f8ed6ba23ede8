# Matrices of a device and their product, for DeviceProbe, as a TorchScript program: DJL's own arrays know no bfloat16.
# Dtypes are numbers as in t5.py.
class Probe(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  _is_full_backward_hook : Optional[bool]
  matrices : List[Tensor]

  # Lays a matrix of ones, [rows, columns], beside those that are there.
  def hold(self: __torch__.Probe, rows: int, columns: int, dtype: int, device: str) -> int:
    self.matrices.append(torch.ones([rows, columns], dtype=dtype, device=torch.device(device)))
    return len(self.matrices)

  # Multiplies the first two and waits for the device: one number of the product comes back.
  def multiply(self: __torch__.Probe) -> int:
    return int(torch.mm(self.matrices[0], self.matrices[1]).narrow(0, 0, 1).narrow(1, 0, 1).float())

  # Lets go of all.
  def release(self: __torch__.Probe) -> int:
    none : List[Tensor] = []
    self.matrices = none
    return 0
