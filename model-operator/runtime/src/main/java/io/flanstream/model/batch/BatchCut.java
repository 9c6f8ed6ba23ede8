package io.flanstream.model.batch;

import java.util.ArrayList;
import java.util.List;

/** A batch in the making: what it has and what still fits. */
final class BatchCut {
  /** Tokens that the padding may take: so much of the batch, or of what the batch may be. */
  private static final int PADDING_SHARE = 20;

  private static final int FREE_PADDING_SHARE = 200;

  /** Most answers are short; see {@link DecodingBatch#makeRoom} for those that are not. */
  private static final int USUAL_POSITIONS = 32;

  private final Capacity room;
  private final List<InFlightRequest<?>> requests = new ArrayList<>();
  private int longest;
  private long tokens;
  private int rows;
  private long rowBytes;

  BatchCut(Capacity room) {
    this.room = room;
  }

  /** What was taken. */
  List<InFlightRequest<?>> requests() {
    return requests;
  }

  /** Tokens of the longest prompt. */
  int longest() {
    return longest;
  }

  /**
   * Whether a request fits. The first one does whatever its size, unless it is better off where
   * more of the caches is free.
   */
  boolean fits(Request<?> request) {
    int count = requests.size() + 1;
    long padded = (long) count * Math.max(longest, request.length());
    if (requests.isEmpty()) {
      return room.idle() || (hasRows(request) && hasBytes(request, padded));
    }
    return count <= room.maxRequests()
        && padded <= room.maxTokens()
        && isDense(padded, tokens + request.length())
        && hasRows(request)
        && hasBytes(request, padded);
  }

  private boolean isDense(long padded, long real) {
    return padded - real <= Math.max(real / PADDING_SHARE, room.maxTokens() / FREE_PADDING_SHARE);
  }

  private boolean hasRows(Request<?> request) {
    return !request.decodes() || rows + request.rows() <= room.rows();
  }

  private boolean hasBytes(Request<?> request, long padded) {
    return padded * room.device().cacheBytesPerToken() + rowBytes + rowBytes(request)
        <= room.bytes();
  }

  private long rowBytes(Request<?> request) {
    return request.decodes()
        ? request.rows()
            * room.device()
                .rowBytes(request.length(), Math.min(USUAL_POSITIONS, request.newTokens()))
        : 0;
  }

  void add(InFlightRequest<?> pending) {
    Request<?> request = pending.request();
    requests.add(pending);
    longest = Math.max(longest, request.length());
    tokens += request.length();
    rows += request.decodes() ? request.rows() : 0;
    rowBytes += rowBytes(request);
  }
}
