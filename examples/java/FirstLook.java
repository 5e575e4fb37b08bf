import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Encrypts a card number under a key in a folder, rotates the key, and brings the ciphertext up to date. */
public final class FirstLook {
    public static void main(String[] arguments) {
        String folder = arguments.length > 0 ? arguments[0] : "keys";
        String text = System.getenv("STRONGROOM_ROOT_KEY");
        if (text == null) throw new IllegalStateException("STRONGROOM_ROOT_KEY is not set: it holds the root key");
        byte[] rootKey = text.getBytes(UTF_8);
        try (var ring = Strongroom.create(folder, rootKey); var cards = ring.createKey("cards")) {
            var order = new Strongroom.Bound("order-17".getBytes(UTF_8), null);
            String ciphertext = cards.encrypt("4111 1111 1111 1111".getBytes(UTF_8), order);
            cards.rotate();
            byte[] number = cards.decrypt(ciphertext, order); // version 1 still opens
            String current = cards.rewrap(ciphertext, order); // now version 2
            System.out.println(new String(number, UTF_8) + "\n" + current);
            Arrays.fill(number, (byte) 0);

            cards.decrypt(current, new Strongroom.Bound("order-18".getBytes(UTF_8), null));
        } catch (Strongroom.Failure failure) {
            if (!failure.name.equals("decrypt_failed")) throw failure;
            System.out.println("moved to another order: " + failure.getMessage());
        } finally {
            Arrays.fill(rootKey, (byte) 0);
        }
    }
}
