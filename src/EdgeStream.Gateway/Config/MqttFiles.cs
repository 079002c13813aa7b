using System.Security.Cryptography;
using EdgeStream.Kinesis;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>Reads the files that the servers' configuration names: users, rules, certificates.</summary>
/// <param name="readText">Reads a file's text.</param>
internal sealed class MqttFiles(Func<string, string> readText)
{
    private const long SizeBytesMax = 64 << 20;
    private const int ProblemsMax = 20;

    /// <summary>Those of this machine; files beyond 64 MiB are refused.</summary>
    public static MqttFiles OfMachine { get; } = new(ReadText);

    /// <summary>Reads a password file.</summary>
    /// <exception cref="ConfigException">It can't be read, or lines of it are wrong: each is named.</exception>
    public MqttUserList ReadUsers(string path) => Read(path, MqttUserList.Parse);

    /// <summary>Reads a file of rights in Mosquitto's form.</summary>
    /// <exception cref="ConfigException">It can't be read, or lines of it are wrong: each is named.</exception>
    public MqttAccessRules ReadRules(string path) => Read(path, MosquittoAccessFile.Parse);

    /// <summary>The rules that count, from the file or from the configuration; null where there are none.</summary>
    /// <exception cref="ConfigException">The file is wrong.</exception>
    public MqttAccessRules? RulesOf(MqttAccessConfig access) =>
        access.AclFile is { } path ? ReadRules(path)
        : access.Rules is { } rules ? new MqttAccessRules(rules)
        : null;

    /// <summary>Reads the certificates of a listener.</summary>
    /// <exception cref="ConfigException">A file can't be read, or is not what it should be.</exception>
    public MqttTlsMaterial ReadCertificates(MqttTlsConfig tls)
    {
        var certificate = TextOf(tls.Certificate);
        var key = TextOf(tls.Key);
        var authorities = tls.ClientCa is null ? null : TextOf(tls.ClientCa);
        var revoked = tls.Revoked is null ? null : TextOf(tls.Revoked);
        try
        {
            MqttTlsMaterial.FromPem(certificate, key);
        }
        catch (CryptographicException error)
        {
            throw Refuse(
                tls.Certificate, 0, $"this certificate and the key in {tls.Key} cannot be used: {error.Message}");
        }

        MqttTlsMaterial material;
        try
        {
            material = MqttTlsMaterial.FromPem(certificate, key, authorities);
        }
        catch (CryptographicException error)
        {
            throw Refuse(tls.ClientCa ?? "", 0, $"these authorities cannot be used: {error.Message}");
        }

        try
        {
            return revoked is null ? material : MqttTlsMaterial.FromPem(certificate, key, authorities, revoked);
        }
        catch (CryptographicException error)
        {
            throw Refuse(tls.Revoked ?? "", 0, $"these revocation lists cannot be used: {error.Message}");
        }
    }

    /// <summary>Reads the certificates of a connection to another server.</summary>
    /// <exception cref="ConfigException">A file can't be read, or is not what it should be.</exception>
    public MqttClientTls ReadClientCertificates(MqttLinkTlsConfig tls)
    {
        var authorities = tls.Authorities is null ? null : TextOf(tls.Authorities);
        try
        {
            MqttClientTls.FromPem(authorities);
        }
        catch (CryptographicException error)
        {
            throw Refuse(tls.Authorities ?? "", 0, $"these authorities cannot be used: {error.Message}");
        }

        var certificate = tls.Certificate is null ? null : TextOf(tls.Certificate);
        var key = tls.Key is null ? null : TextOf(tls.Key);
        try
        {
            return MqttClientTls.FromPem(authorities, certificate, key, tls.ServerName);
        }
        catch (CryptographicException error)
        {
            throw Refuse(
                tls.Certificate ?? "", 0, $"this certificate and the key in {tls.Key} cannot be used: {error.Message}");
        }
    }

    /// <summary>Reads the certificate of the Kinesis API.</summary>
    /// <exception cref="ConfigException">A file can't be read, or is not what it should be.</exception>
    public KinesisCertificate ReadCertificate(KinesisTlsConfig tls)
    {
        var certificate = TextOf(tls.Certificate);
        var key = TextOf(tls.Key);
        try
        {
            return KinesisCertificate.FromPem(certificate, key);
        }
        catch (CryptographicException error)
        {
            throw Refuse(
                tls.Certificate, 0, $"this certificate and the key in {tls.Key} cannot be used: {error.Message}");
        }
    }

    /// <summary>The first line of a file that holds a secret.</summary>
    /// <exception cref="ConfigException">It can't be read.</exception>
    public string ReadFirstLine(string path)
    {
        var text = TextOf(path);
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }

    private T Read<T>(string path, Func<string, ICollection<MqttFileProblem>, T> parse)
    {
        var problems = new List<MqttFileProblem>();
        var result = parse(TextOf(path), problems);
        return problems.Count == 0
            ? result
            : throw new ConfigException([.. problems.Take(ProblemsMax).Select(problem =>
                new ConfigError(new ConfigLocation(path, problem.Line, 1), problem.Message))]);
    }

    private string TextOf(string path)
    {
        try
        {
            return readText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, 0, $"it cannot be read: {error.Message}");
        }
    }

    private static string ReadText(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= SizeBytesMax
            ? File.ReadAllText(path)
            : throw new IOException(
                $"it has {SizeText.Round(length)}; at most {SizeText.Round(SizeBytesMax)} are read");
    }

    private static ConfigException Refuse(string path, int line, string problem) =>
        new([new ConfigError(new ConfigLocation(path, line, 1), problem)]);
}
