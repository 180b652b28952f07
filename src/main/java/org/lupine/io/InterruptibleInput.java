package org.lupine.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream whose own read ignores interrupts, as that of {@link System#in} does, so that an
 * interrupt ends a wait with an {@link InterruptedIOException}. What arrives later is returned by
 * the next read. Only a read that would block runs in a thread of its own, a daemon. Thread-safe.
 */
public final class InterruptibleInput extends InputStream {
  private final InputStream in;
  private final byte[] bytes = new byte[8192];
  private int next;
  private int end;
  private boolean ended; // the last read found the end, which no read has returned yet
  private boolean filling;
  private @Nullable IOException failure;

  /** Reads the given stream, which no other code reads from then on. */
  public InterruptibleInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public synchronized int read(byte[] to, int from, int most) throws IOException {
    Objects.checkFromIndexSize(from, most, to.length);
    if (most == 0) {
      return 0;
    }
    while (next == end) {
      if (failure != null) {
        var thrown = failure;
        failure = null;
        throw thrown;
      }
      if (ended) {
        ended = false; // a terminal may go on after its end
        return -1;
      }
      if (!filling) {
        if (in.available() > 0) {
          return in.read(to, from, most);
        }
        startFilling();
      }
      await();
    }
    int length = Math.min(most, end - next);
    System.arraycopy(bytes, next, to, from, length);
    next += length;
    return length;
  }

  @Override
  public synchronized int available() throws IOException {
    return next < end ? end - next : filling ? 0 : in.available();
  }

  private void await() throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException e) {
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted in a wait for input").initCause(e);
    }
  }

  private void startFilling() {
    var thread = new Thread(this::fill, "lupine-input");
    thread.setDaemon(true);
    thread.setContextClassLoader(null); // it may outlive an application in a container
    thread.start();
    filling = true;
  }

  private void fill() {
    int length = 0;
    IOException thrown = null;
    try {
      length = in.read(bytes);
    } catch (IOException e) {
      thrown = e;
    } catch (RuntimeException e) {
      thrown = new IOException(e);
    } finally {
      synchronized (this) {
        next = 0;
        end = Math.max(length, 0);
        ended = length < 0;
        failure = thrown;
        filling = false;
        notifyAll();
      }
    }
  }
}
