using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>A salted password hash in the form of a Mosquitto password file.</summary>
/// <remarks>
/// <c>$7$iterations$salt$hash</c>: PBKDF2 with HMAC-SHA-512, salt and 64 bytes of hash in base64; what
/// <see cref="Create"/> makes. <c>$6$salt$hash</c>: one SHA-512 over password and salt; read, not made. Immutable.
/// </remarks>
public sealed class MqttPasswordHash
{
    /// <summary>How often a new hash is iterated where nothing else is asked for.</summary>
    public const int IterationsDefault = 210_000;

    /// <summary>The most iterations that are accepted: seconds on a small board.</summary>
    public const int IterationsMax = 10_000_000;

    private const int SaltBytes = 16;
    private const int HashBytes = 64;
    private const string Pbkdf2Id = "7";
    private const string Sha512Id = "6";

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private MqttPasswordHash(int iterations, byte[] salt, byte[] hash)
    {
        Iterations = iterations;
        _salt = salt;
        _hash = hash;
    }

    /// <summary>The iterations of PBKDF2; zero for a plain SHA-512.</summary>
    public int Iterations { get; }

    /// <summary>Hashes a password with a new salt.</summary>
    /// <param name="password">Any bytes, as CONNECT brings them.</param>
    /// <param name="iterations">1 to <see cref="IterationsMax"/>.</param>
    public static MqttPasswordHash Create(ReadOnlySpan<byte> password, int iterations = IterationsDefault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, IterationsMax);
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new MqttPasswordHash(iterations, salt, Derive(password, salt, iterations));
    }

    /// <summary>Reads the text of a hash.</summary>
    /// <param name="text">What stands behind the name in a password file.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="problem">What is wrong with the text.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out MqttPasswordHash? hash, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        hash = null;
        problem = null;
        string[] parts = text.Split('$');
        bool isPbkdf2 = parts.Length == 5 && parts[0].Length == 0 && parts[1] == Pbkdf2Id;
        bool isSha512 = parts.Length == 4 && parts[0].Length == 0 && parts[1] == Sha512Id;
        int iterations = 0;
        if (!isPbkdf2 && !isSha512)
        {
            problem = "the password is not hashed; 'edgestream user add' writes $7$… and 'mosquitto_passwd -U' too";
        }
        else if (isPbkdf2 && (!int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out iterations)
            || iterations is < 1 or > IterationsMax))
        {
            problem = $"the number of iterations is '{parts[2]}'; allowed: 1 to {IterationsMax}";
        }
        else if (!TryDecode(parts[^2], out byte[] salt) || !TryDecode(parts[^1], out byte[] bytes)
            || bytes.Length != HashBytes)
        {
            problem = $"salt and hash are not base64, or the hash has not {HashBytes} bytes";
        }
        else
        {
            hash = new MqttPasswordHash(iterations, salt, bytes);
        }

        return hash is not null;
    }

    /// <summary>Whether this is the password; takes as long for a wrong one.</summary>
    /// <param name="password">What the client sent.</param>
    public bool Verify(ReadOnlySpan<byte> password)
    {
        byte[] actual = Iterations > 0 ? Derive(password, _salt, Iterations) : Digest(password, _salt);
        return CryptographicOperations.FixedTimeEquals(actual, _hash);
    }

    /// <summary>The text that a password file holds.</summary>
    public override string ToString()
    {
        string tail = $"{Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}";
        return Iterations > 0
            ? string.Create(CultureInfo.InvariantCulture, $"${Pbkdf2Id}${Iterations}${tail}")
            : $"${Sha512Id}${tail}";
    }

    private static byte[] Derive(ReadOnlySpan<byte> password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashBytes);

    private static byte[] Digest(ReadOnlySpan<byte> password, byte[] salt)
    {
        byte[] both = [.. password, .. salt];
        byte[] digest = SHA512.HashData(both);
        CryptographicOperations.ZeroMemory(both);
        return digest;
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(utf8.Length)];
        bool isDecoded = Base64.DecodeFromUtf8(utf8, bytes, out int consumed, out int written)
            == System.Buffers.OperationStatus.Done && consumed == utf8.Length;
        bytes = bytes[..(isDecoded ? written : 0)];
        return isDecoded && utf8.Length > 0;
    }
}
