import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The class behind lines of JSON on standard input, for tests that pair languages. One answer for each line. */
final class Driver {
    /** Requests are flat, and their texts have nothing to unescape but a NUL. */
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\": \"([^\"]*)\"");

    private static Strongroom ring;

    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String told;
            try {
                told = "{\"ok\": " + answer(fields(line)) + "}";
            } catch (Strongroom.Failure failure) {
                told = "{\"error\": \"" + failure.name + "\"}";
            }
            System.out.println(told);
        }
        ring.close();
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        for (Matcher field = FIELD.matcher(line); field.find(); ) fields.put(field.group(1), field.group(2).replace("\\u0000", "\0"));
        return fields;
    }

    private static Object answer(Map<String, String> asked) {
        if (asked.get("op").equals("open")) {
            ring = Strongroom.open(asked.get("folder"), asked.get("root_key").getBytes(UTF_8));
            return true;
        }
        var bound = new Strongroom.Bound(bytes(asked.get("aad")), bytes(asked.get("context")));
        try (var key = ring.key(asked.get("key"))) {
            return switch (asked.get("op")) {
                case "encrypt" -> quoted(key.encrypt(bytes(asked.get("plaintext")), bound));
                case "decrypt" -> quoted(HexFormat.of().formatHex(key.decrypt(asked.get("ciphertext"), bound)));
                case "rewrap" -> quoted(key.rewrap(asked.get("ciphertext"), bound));
                case "rotate" -> key.rotate();
                default -> throw new IllegalArgumentException("unknown operation " + asked.get("op"));
            };
        }
    }

    private static byte[] bytes(String digits) {
        return digits == null ? null : HexFormat.of().parseHex(digits);
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
