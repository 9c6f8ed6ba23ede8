package io.flanstream.operators.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a job's operators have noticed of its records that a person should hear of, once each: in
 * the log, and on the terminal where the job runs in the process of a command.
 */
public final class JobNotices {
  private static final Logger LOG = LoggerFactory.getLogger(JobNotices.class);
  private static final int MOST_JOBS = 100;

  /** Notices by job and subject; a notice that was taken is an empty text. */
  private static final Map<JobID, Map<String, String>> BY_JOB =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobID, Map<String, String>> eldest) {
          return size() > MOST_JOBS;
        }
      };

  private JobNotices() {}

  /**
   * Says something, unless it was said of the same subject before.
   *
   * @param job the job
   * @param subject what it is about
   * @param notice what there is to say
   */
  public static void say(JobID job, String subject, String notice) {
    synchronized (BY_JOB) {
      if (BY_JOB.computeIfAbsent(job, id -> new LinkedHashMap<>()).putIfAbsent(subject, notice)
          != null) {
        return;
      }
    }
    LOG.warn("Job {}: {}", job, notice);
  }

  /** What was said of a job in this process since it was asked last. */
  public static List<String> take(JobID job) {
    synchronized (BY_JOB) {
      Map<String, String> said = BY_JOB.getOrDefault(job, Map.of());
      List<String> notices = new ArrayList<>();
      for (Map.Entry<String, String> notice : said.entrySet()) {
        String text = notice.setValue("");
        if (!text.isEmpty()) {
          notices.add(text);
        }
      }
      return notices;
    }
  }
}
