package io.flanstream.model.flink.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;

/** Strings out of Flink's internal form; nulls among names are left out. */
final class TextValues {

  private TextValues() {}

  static List<String> list(ArrayData array) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!array.isNullAt(i)) {
        words.add(array.getString(i).toString());
      }
    }
    return words;
  }

  /** None of null. A value that is null stays one. */
  static Map<String, String> map(MapData map) {
    Map<String, String> words = new LinkedHashMap<>();
    for (int i = 0; map != null && i < map.size(); i++) {
      if (!map.keyArray().isNullAt(i)) {
        words.put(
            map.keyArray().getString(i).toString(),
            map.valueArray().isNullAt(i) ? null : map.valueArray().getString(i).toString());
      }
    }
    return words;
  }
}
