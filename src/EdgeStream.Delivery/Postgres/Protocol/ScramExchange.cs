using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Proves to a server that the gateway knows a password, and has the server prove that it does.</summary>
/// <remarks>SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding, as PostgreSQL has it: the user stands in the
/// startup message. What does not fit is an <see cref="IOException"/>, a server that does not know the password a
/// <see cref="PostgresRefusedException"/>.</remarks>
/// <param name="password">The password.</param>
/// <param name="isEncrypted">Whether the connection is: elsewhere, who listens, or answers in the server's place, could
/// try passwords against the proof, so that one that costs next to nothing to try is not given.</param>
internal sealed class ScramExchange(string password, bool isEncrypted)
{
    /// <summary>The mechanism's name.</summary>
    public const string Mechanism = "SCRAM-SHA-256";

    private const int NonceBytes = 18;
    private const int KeyBytes = 32;

    /// <summary>RFC 7677: a server should not ask for less.</summary>
    private const int RoundsMinInTheClear = 4096;

    /// <summary>More rounds than this would keep a small machine busy: PostgreSQL has 4,096 by default.</summary>
    private const int RoundsMax = 1_000_000;

    /// <summary>No channel binding, and the client knows none.</summary>
    private const string Header = "n,,";

    private readonly string _nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
    private byte[] _serverSignature = [];

    /// <summary>Whether the server has proved that it knows the password.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>The first message.</summary>
    public string Begin() => Header + Bare;

    private string Bare => $"n=,r={_nonce}";

    /// <summary>The answer to the server's first message.</summary>
    public string Continue(string challenge)
    {
        var parts = challenge.Split(',');
        if (parts.Length < 3 || !parts[0].StartsWith($"r={_nonce}", StringComparison.Ordinal)
            || parts[0].Length == _nonce.Length + 2
            || !parts[1].StartsWith("s=", StringComparison.Ordinal) || !Base64.IsValid(parts[1].AsSpan(2))
            || !parts[2].StartsWith("i=", StringComparison.Ordinal)
            || !int.TryParse(parts[2].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
            || rounds is < 1 or > RoundsMax)
        {
            throw new IOException("The server's challenge for the password is none of SCRAM-SHA-256.");
        }

        if (!isEncrypted && rounds < RoundsMinInTheClear)
        {
            throw new PostgresRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"the server asks for a proof of the password of {rounds} rounds, which in the clear gives it away: "
                + $"encrypt the connection, or set scram_iterations there to {RoundsMinInTheClear} at least and the "
                + $"password anew."));
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(SaslText.Prepare(password)), Convert.FromBase64String(parts[1][2..]), rounds,
            HashAlgorithmName.SHA256, KeyBytes);
        var final = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(Header))},{parts[0]}";
        var message = Encoding.UTF8.GetBytes($"{Bare},{challenge},{final}");
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        return $"{final},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>Reads the server's last message.</summary>
    public void End(string proof)
    {
        var text = proof.Split(',')[0];
        IsVerified = _serverSignature.Length > 0 && text.StartsWith("v=", StringComparison.Ordinal)
            && Base64.IsValid(text.AsSpan(2))
            && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(text[2..]), _serverSignature);
        if (!IsVerified)
        {
            throw new PostgresRefusedException("the server does not know the password: it may be another one.");
        }
    }
}
