/** What every consumer runs. */
module consumers.check {
  requires transitive java.scripting;

  exports consumers.check;
}
