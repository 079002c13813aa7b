namespace EdgeStream.Gateway.Config;

/// <summary>The certificate of the Kinesis API, as paths of PEM files.</summary>
/// <param name="Certificate">The certificate, then those between it and its root.</param>
/// <param name="Key">Its private key.</param>
internal sealed record KinesisTlsConfig(string Certificate, string Key);
