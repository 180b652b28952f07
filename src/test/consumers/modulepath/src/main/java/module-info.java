/** A module with the library. */
module consumers.modulepath {
  requires consumers.check;
  requires org.lupine;
}
