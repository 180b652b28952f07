package org.lupine.bridge;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaString;

/**
 * Decodes text that scripts write in pieces: a character whose bytes are spread over several pieces
 * is decoded when it is complete. Malformed bytes are replaced as the charset's decoder does.
 */
final class StreamingDecoder {
  private static final byte[] NOTHING = {};

  private final Charset charset;
  private byte[] pending = NOTHING;

  StreamingDecoder(@Nullable Charset charset) {
    this.charset = charset == null ? StandardCharsets.UTF_8 : charset;
  }

  /** Returns whether the bytes of a character are incomplete. */
  boolean isIncomplete() {
    return pending.length > 0;
  }

  /** Ends the text; returns what replaces an incomplete character at its end. */
  String end() {
    var left = pending;
    pending = NOTHING;
    return new String(left, charset);
  }

  /** Returns the text that can be shown after one more piece, a string as it came from Lua. */
  String decode(Object piece) {
    if (pending.length == 0 && !(piece instanceof LuaString)) {
      return piece.toString();
    }
    var bytes =
        piece instanceof LuaString
            ? ((LuaString) piece).bytes()
            : piece.toString().getBytes(charset);
    var all = ByteBuffer.allocate(pending.length + bytes.length).put(pending).put(bytes).flip();
    var decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    var text = CharBuffer.allocate((int) Math.ceil(all.remaining() * decoder.maxCharsPerByte()));
    decoder.decode(all, text, false);
    pending = all.hasRemaining() ? new byte[all.remaining()] : NOTHING;
    all.get(pending);
    return text.flip().toString();
  }
}
