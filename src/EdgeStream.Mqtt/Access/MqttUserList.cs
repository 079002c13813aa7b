using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>Users and their password hashes, as a password file has them. Immutable.</summary>
/// <remarks>A line is <c>name:hash</c>, see <see cref="MqttPasswordHash"/>. Empty lines and lines that begin with '#'
/// are passed over. At most <see cref="UsersMax"/> users.</remarks>
public sealed class MqttUserList
{
    /// <summary>The most users of one list.</summary>
    public const int UsersMax = 100_000;

    private const int NameBytesMax = 1024;

    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);

    /// <summary>Nobody.</summary>
    public static MqttUserList Empty { get; } = new();

    /// <summary>How many users there are.</summary>
    public int Count => _users.Count;

    /// <summary>Their names, in the order of the file.</summary>
    public IEnumerable<string> Names => _users.Keys;

    /// <summary>Stands in for a user that is unknown, so that a wrong name takes as long as a wrong password.</summary>
    internal MqttPasswordHash Stranger { get; private set; } = MqttPasswordHash.Create("stranger"u8, 1);

    /// <summary>Reads a password file's text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="problems">Gets what is wrong; such lines are left out.</param>
    public static MqttUserList Parse(string text, ICollection<MqttFileProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        var list = new MqttUserList();
        int line = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            line++;
            ReadOnlySpan<char> content = raw.Trim();
            if (!content.IsEmpty && content[0] != '#' && list.Add(content.ToString(), line) is { } problem)
            {
                problems.Add(new MqttFileProblem(line, problem));
            }
        }

        list.ChooseStranger();
        return list;
    }

    /// <summary>What is wrong with a user's name; null where nothing is.</summary>
    /// <param name="name">A name.</param>
    public static string? ProblemOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool isAllowed = name.Length > 0
            && Encoding.UTF8.GetByteCount(name) <= NameBytesMax
            && !name.Contains(':', StringComparison.Ordinal)
            && name[0] != '#'
            && name.Trim() == name
            && !name.Any(char.IsControl);
        return isAllowed
            ? null
            : $"a user's name has 1 to {NameBytesMax} bytes, no ':' or control character, no '#' in front and no white "
                + "space around it";
    }

    /// <summary>Whether this is a user's password; takes as long for a user that is unknown.</summary>
    /// <param name="name">The user.</param>
    /// <param name="password">The password.</param>
    public bool Verify(string name, ReadOnlySpan<byte> password)
    {
        User? user = Find(name);
        return (user?.Hash ?? Stranger).Verify(password) && user is not null;
    }

    internal User? Find(string name) => _users.GetValueOrDefault(name);

    private string? Add(string content, int line)
    {
        int colon = content.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return "there is no ':'; a line is name:hash";
        }

        string name = content[..colon];
        if (ProblemOf(name) is { } problem)
        {
            return problem;
        }

        if (!MqttPasswordHash.TryParse(content[(colon + 1)..].TrimEnd(':'), out MqttPasswordHash? hash, out problem))
        {
            return problem;
        }

        if (_users.TryGetValue(name, out User? first))
        {
            return $"'{name}' stands twice; the first is in line {first.Line}";
        }

        if (_users.Count == UsersMax)
        {
            return $"there are more than {UsersMax} users";
        }

        _users.Add(name, new User(hash, line));
        return null;
    }

    private void ChooseStranger()
    {
        int iterations = 1;
        foreach (User user in _users.Values)
        {
            iterations = Math.Max(iterations, user.Hash.Iterations);
        }

        if (iterations > 1)
        {
            byte[] zeros = new byte[64];
            string text = $"$7${iterations}${Convert.ToBase64String(zeros.AsSpan(0, 16))}"
                + $"${Convert.ToBase64String(zeros)}";
            MqttPasswordHash.TryParse(text, out MqttPasswordHash? stranger, out _);
            Stranger = stranger!;
        }
    }

    /// <summary>One user.</summary>
    internal sealed class User
    {
        /// <summary>How many wrong passwords may be tried against the remembered one without a delay.</summary>
        internal const int FreeMismatchesMax = 8;

        private int _mismatches;

        internal User(MqttPasswordHash hash, int line)
        {
            Hash = hash;
            Line = line;
        }

        internal MqttPasswordHash Hash { get; }

        internal int Line { get; }

        /// <summary>A keyed digest of the password that was verified last; see
        /// <see cref="MqttPasswordAuthenticator"/>.</summary>
        internal byte[]? Verified { get; private set; }

        /// <summary>Its password was verified.</summary>
        internal void Remember(byte[] digest)
        {
            Verified = digest;
            Volatile.Write(ref _mismatches, 0);
        }

        /// <summary>Whether a digest is the remembered one; always false after <see cref="FreeMismatchesMax"/> that
        /// were not, until a password is verified.</summary>
        internal bool IsRemembered(ReadOnlySpan<byte> digest)
        {
            // Counted before it is compared, so that no more are compared at once either.
            if (Verified is not { } verified
                || Volatile.Read(ref _mismatches) >= FreeMismatchesMax
                || Interlocked.Increment(ref _mismatches) > FreeMismatchesMax)
            {
                return false;
            }

            bool isSame = CryptographicOperations.FixedTimeEquals(digest, verified);
            if (isSame)
            {
                Volatile.Write(ref _mismatches, 0);
            }

            return isSame;
        }
    }
}
