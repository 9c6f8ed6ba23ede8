package io.flanstream.jobs.suite;

/**
 * A question of a suite.
 *
 * @param place where it is, such as "anatomy_test.csv line 3"
 * @param prompt what is asked, as the prompt ends with it
 * @param right the right answer
 */
record Question(String place, String prompt, String right) {}
