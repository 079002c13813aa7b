namespace EdgeStream.Mqtt;

/// <summary>Which part of a client certificate is the user's name.</summary>
public enum MqttCertificateUser
{
    /// <summary>None: the certificate lets the client in, who it is says CONNECT.</summary>
    None,

    /// <summary>The subject's common name (CN).</summary>
    CommonName,

    /// <summary>The first DNS name among the subject's alternative names.</summary>
    AlternativeName,
}
