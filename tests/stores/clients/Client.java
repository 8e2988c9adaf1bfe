import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Exits 0 if the server's chain is accepted by the defaults of this JVM. */
public class Client {
    public static void main(String[] args) throws Exception {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (SSLSocket socket = (SSLSocket) factory.createSocket(args[0], Integer.parseInt(args[1]))) {
            socket.startHandshake();
        }
    }
}
