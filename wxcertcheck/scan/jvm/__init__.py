"""What Java, Kotlin, Scala and Groovy share: the JSSE interfaces and the libraries that all of them call.

``stores`` follows a ``KeyStore`` to what was loaded into it, ``managers`` reads the bodies of trust managers and host name
verifiers, ``vocabulary`` holds the carriers and the table of patterns that every JVM language takes its own from.
"""
