import static java.nio.charset.StandardCharsets.UTF_8;
import com.sun.jna.*;
import com.sun.jna.ptr.*;
import java.util.Map;
import java.util.function.*;

/** The named keys of a folder, through the library for C. Threads may share it, and its keys. */
public record Strongroom(long handle) implements AutoCloseable {
    /** The root key is 64 hexadecimal digits or 44 characters of base64. Wipe yours. */
    public static Strongroom create(String folder, byte[] rootKey) {
        return new Strongroom(sealed(rootKey, (seal, ring) -> LIBRARY.strongroom_keyring_create(text(folder), seal, null, ring)));
    }

    public static Strongroom open(String folder, byte[] rootKey) {
        return new Strongroom(sealed(rootKey, (seal, ring) -> LIBRARY.strongroom_keyring_open(text(folder), seal, null, ring)));
    }

    public Key createKey(String name) { return new Key(made(key -> LIBRARY.strongroom_keyring_create_key(handle, text(name), null, key))); }
    /** One with a subkey for each context, such as a tenant, which stays so. */
    public Key createDerivedKey(String name) {
        try (Memory spec = new Memory(56)) { // a strongroom_key_spec: its size and, after its type, STRONGROOM_DERIVED
            spec.clear(); spec.setLong(0, spec.size()); spec.setInt(16, 1);
            return new Key(made(key -> LIBRARY.strongroom_keyring_create_key(handle, text(name), spec, key)));
        }
    }

    public Key key(String name) { return new Key(made(key -> LIBRARY.strongroom_keyring_key(handle, text(name), key))); }

    @Override public void close() { check(LIBRARY.strongroom_keyring_free(handle)); }

    /** Has a name for programs, as in docs/errors.md, and a sentence for people, with nothing secret. */
    public static final class Failure extends RuntimeException {
        public final String name;
        Failure(String name, String sentence) { super(name + ": " + sentence); this.name = name; }
    }

    /** What a message is bound to. Null says nothing; a derived key needs a context. */
    public record Bound(byte[] aad, byte[] context) {}

    /** Encrypts with its latest version, and decrypts with all. */
    public record Key(long handle) implements AutoCloseable {
        public String encrypt(byte[] plaintext, Bound bound) {
            return new String(result(LIBRARY::strongroom_key_encrypt, plaintext, 2L * plaintext.length + 128, bound), UTF_8);
        }

        /** Wipe the array with Arrays.fill after use. Copies that the collector made of it stay, and so do strings. */
        public byte[] decrypt(String ciphertext, Bound bound) {
            byte[] in = ciphertext.getBytes(UTF_8);
            return result(LIBRARY::strongroom_key_decrypt, in, in.length, bound);
        }

        /** Encrypts anew under the latest version; a ciphertext that is up to date comes back as it is. */
        public String rewrap(String ciphertext, Bound bound) {
            byte[] in = ciphertext.getBytes(UTF_8);
            return new String(result(LIBRARY::strongroom_key_rewrap, in, in.length + 128L, bound), UTF_8);
        }

        /** Adds a version, which encrypts from now on, and gives its number. */
        public int rotate() {
            var version = new IntByReference();
            check(LIBRARY.strongroom_key_rotate(handle, null, version));
            return version.getValue();
        }

        @Override public void close() { check(LIBRARY.strongroom_key_free(handle)); }

        /** Calls with this much room, and again where a rotation meanwhile made that too little. */
        private byte[] result(Message call, byte[] message, long room, Bound bound) {
            try (var in = new Wiped(message); var aad = new Wiped(bound.aad); var context = new Wiped(bound.context)) {
                Options said = new Options();
                if (bound.aad != null) { said.aad = aad; said.aadSize = bound.aad.length; }
                if (bound.context != null) { said.context = context; said.contextSize = bound.context.length; }
                for (var length = new LongByReference(room); ; ) {
                    try (var out = new Wiped(new byte[Math.toIntExact(length.getValue())])) {
                        int status = call.with(handle, in, message.length, said, out, out.size(), length);
                        if (LIBRARY.strongroom_error_name(status).equals("buffer_too_small")) continue;
                        check(status);
                        return out.getByteArray(0, (int) length.getValue());
                    }
                }
            }
        }
    }

    /** Memory outside the collector's, which is wiped: JNA would leave a copy of an array behind. */
    private static final class Wiped extends Memory {
        Wiped(byte[] bytes) {
            super(bytes == null ? 1 : bytes.length + 1); // JNA has no memory of no bytes
            if (bytes != null) write(0, bytes, 0, bytes.length);
        }
        @Override public void close() { clear(); super.close(); }
    }

    private interface Message { int with(long key, Pointer in, long size, Options said, Pointer out, long room, LongByReference length); }

    private static long sealed(byte[] rootKey, ToIntBiFunction<Long, LongByReference> ring) {
        try (Wiped text = new Wiped(rootKey)) {
            long seal = made(handle -> LIBRARY.strongroom_seal_root_key_text(text, rootKey.length, handle));
            try {
                return made(handle -> ring.applyAsInt(seal, handle));
            } finally {
                check(LIBRARY.strongroom_seal_free(seal));
            }
        }
    }

    private static long made(ToIntFunction<LongByReference> object) {
        var handle = new LongByReference();
        check(object.applyAsInt(handle));
        return handle.getValue();
    }

    private static void check(int status) {
        if (status != 0) throw new Failure(LIBRARY.strongroom_error_name(status), LIBRARY.strongroom_error_message());
    }

    /** C ends a text at a NUL, so one in the middle would name something else. */
    private static String text(String text) {
        if (text.indexOf(0) >= 0) throw new Failure("invalid_argument", "a name or a path with a NUL in it");
        return text;
    }

    private static final C LIBRARY = Native.load("strongroom", C.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    /** What is used here of strongroom.h. A size_t is a long, as on every system of 64 bits. */
    public interface C extends Library {
        String strongroom_error_name(int status);
        String strongroom_error_message();
        int strongroom_seal_root_key_text(Pointer text, long size, LongByReference seal);
        int strongroom_seal_free(long seal);
        int strongroom_keyring_create(String folder, long seal, Pointer options, LongByReference ring);
        int strongroom_keyring_open(String folder, long seal, Pointer options, LongByReference ring);
        int strongroom_keyring_free(long ring);
        int strongroom_keyring_create_key(long ring, String name, Pointer spec, LongByReference key);
        int strongroom_keyring_key(long ring, String name, LongByReference key);
        int strongroom_key_free(long key);
        int strongroom_key_rotate(long key, String type, IntByReference version);
        int strongroom_key_encrypt(long key, Pointer in, long size, Options said, Pointer out, long room, LongByReference length);
        int strongroom_key_decrypt(long key, Pointer in, long size, Options said, Pointer out, long room, LongByReference length);
        int strongroom_key_rewrap(long key, Pointer in, long size, Options said, Pointer out, long room, LongByReference length);
    }

    @Structure.FieldOrder({"size", "aad", "aadSize", "aadMap", "aadPairs", "context", "contextSize", "contextMap", "contextPairs",
        "version", "hash", "form", "reserved"})
    public static final class Options extends Structure {
        public long size = size(), aadSize, aadPairs, contextSize, contextPairs;
        public Pointer aad, aadMap, context, contextMap;
        public int version, hash, form, reserved;
    }
}
