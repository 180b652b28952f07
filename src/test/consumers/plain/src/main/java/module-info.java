/** A program without a build tool, and what a jlink image is made of. */
module consumers.plain {
  requires consumers.check;
  requires org.lupine;
}
