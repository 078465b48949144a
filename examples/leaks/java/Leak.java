import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * A service that keeps what it should forget. "heap": sessions, in the Java heap, that nobody closes. "native":
 * compressors that nobody end()s; each keeps memory of zlib's outside of the heap, where -Xmx does not bound it.
 */
public class Leak {
    private static final int REQUESTS_AT_ONCE = 16;
    private static final int REQUESTS_TO_REPORT = 128;
    private static final int BODY_BYTES = 65536;

    private static final Map<Integer, byte[]> sessions = new HashMap<>();
    private static final List<Deflater> compressors = new ArrayList<>();

    private static void keepSession(int request) {
        sessions.put(request, new byte[BODY_BYTES]);
    }

    private static void keepCompressor() {
        Deflater compressor = new Deflater();
        compressor.setInput(new byte[BODY_BYTES]);
        compressor.finish();
        compressor.deflate(new byte[BODY_BYTES]);
        compressors.add(compressor);
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 1 || !(args[0].equals("heap") || args[0].equals("native"))) {
            System.err.println("usage: java Leak.java heap|native");
            System.exit(2);
        }
        for (int request = 1; ; request++) {
            if (args[0].equals("heap")) {
                keepSession(request);
            } else {
                keepCompressor();
            }
            if (request % REQUESTS_TO_REPORT == 0) {
                System.out.println(request + " requests");
            }
            if (request % REQUESTS_AT_ONCE == 0) {
                Thread.sleep(100);
            }
        }
    }
}
