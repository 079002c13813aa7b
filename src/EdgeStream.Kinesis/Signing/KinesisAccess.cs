using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Who may call: keys, and whether requests are taken without looking at their signature.</summary>
/// <remarks>Immutable but for the signing keys that it remembers; thread-safe. A change makes a new one.</remarks>
public sealed class KinesisAccess
{
    private const string Prefix = "AWS4";

    private readonly Dictionary<string, byte[]> _secrets = new(StringComparer.Ordinal);
    private readonly SigningKeyCache _signingKeys = new();

    /// <summary>Access with these keys only; with none, everybody, whether a request is signed or not.</summary>
    /// <remarks>Without keys the host must see to it that only the machine itself can connect.</remarks>
    /// <exception cref="ArgumentException">An access key id is there twice.</exception>
    public KinesisAccess(IEnumerable<KinesisCredential> credentials)
    {
        foreach (var credential in credentials)
        {
            _secrets.Add(credential.AccessKeyId, Encoding.UTF8.GetBytes(Prefix + credential.SecretAccessKey));
        }
    }

    /// <summary>Whether signatures are not verified.</summary>
    public bool IsAnonymous => _secrets.Count == 0;

    /// <summary>Whether somebody has this access key id.</summary>
    internal bool Has(string accessKeyId) => _secrets.ContainsKey(accessKeyId);

    /// <summary>The key that requests of a scope are signed with; somebody must have its access key id.</summary>
    internal byte[] SigningKeyOf(in CredentialScope scope) =>
        _signingKeys.TryGet(scope.Text, out var key) ? key : Derive(_secrets[scope.AccessKeyId], scope);

    /// <summary>Remembers a scope's key: a request had the right signature.</summary>
    internal void Remember(in CredentialScope scope, byte[] key) => _signingKeys.Add(scope.Text, key);

    private static byte[] Derive(byte[] secret, in CredentialScope scope)
    {
        var key = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(scope.Date));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Service));
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Terminator));
    }
}
