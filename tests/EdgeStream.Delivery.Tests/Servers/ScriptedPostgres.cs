using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>A PostgreSQL server on 127.0.0.1 as far as a delivery sees it, by the public description of the protocol:
/// one table, one ledger table, transactions that end whole or not at all.</summary>
internal sealed class ScriptedPostgres : IAsyncDisposable
{
    public const string Password = "pass word";

    private readonly LoopbackServer _server;
    private readonly SemaphoreSlim _turn = new(1, 1);

    public ScriptedPostgres() => _server = new LoopbackServer(ServeInTurnAsync);

    public string Url => string.Create(
        CultureInfo.InvariantCulture, $"postgresql://127.0.0.1:{_server.Port}/telemetry");

    /// <summary>How it asks for the password: 0 not at all, 3 in the clear, 5 by MD5, 10 by SCRAM.</summary>
    public int Authentication { get; init; }

    /// <summary>The password as it hashed it.</summary>
    public string Known { get; init; } = Password;

    /// <summary>How many rounds it asks for.</summary>
    public int Rounds { get; init; } = 4096;

    /// <summary>Whether it proves that it knows another password.</summary>
    public bool IsImpostor { get; init; }

    /// <summary>What it says to a login; null lets it in.</summary>
    public (string Code, string Message)? Refusal { get; set; }

    /// <summary>What it says to rows; null takes them.</summary>
    public Func<string, (string Code, string Message)?> Judge { get; set; } = _ => null;

    /// <summary>Closes the connection instead of saying that a transaction is durable, so many times.</summary>
    public int LostCommits { get; set; }

    /// <summary>Whether there is a ledger table.</summary>
    public bool HasLedger { get; set; } = true;

    /// <summary>Rows that are durable, in their order.</summary>
    public List<string> Rows { get; } = [];

    /// <summary>The ledger table: values by series.</summary>
    public Dictionary<string, string[]> Ledger { get; } = new(StringComparer.Ordinal);

    /// <summary>Statements as they came.</summary>
    public List<string> Statements { get; } = [];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeInTurnAsync(Socket client, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            await using var stream = new NetworkStream(client);
            await ServeAsync(stream);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        var head = await ReadAsync(stream, 8);
        if (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) == 80877103)
        {
            await stream.WriteAsync("N"u8.ToArray());
            return;
        }

        await ReadAsync(stream, BinaryPrimitives.ReadInt32BigEndian(head) - 8);
        if (Refusal is { } refusal)
        {
            await SendAsync(stream, Error(refusal, "FATAL"));
            return;
        }

        await AuthenticateAsync(stream);
        await SendAsync(stream, Message('S', "server_version\0" + "15\0"), Ready('I'));
        string? pending = null;
        var copied = new List<string>();
        var isFailed = false;
        while (true)
        {
            var (type, body) = await ReadMessageAsync(stream);
            switch (type)
            {
                case 'd':
                    pending += Encoding.UTF8.GetString(body);
                    break;
                case 'c' when pending is not null:
                    var rows = pending.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                    var problem = rows.Select(row => Judge(row)).FirstOrDefault(found => found is not null);
                    pending = null;
                    isFailed = problem is not null;
                    copied.AddRange(rows);
                    await SendAsync(stream, isFailed ? Error(problem!.Value) : Complete($"COPY {rows.Length}"),
                        Ready(isFailed ? 'E' : 'T'));
                    break;
                case 'Q':
                    var statement = Encoding.UTF8.GetString(body).TrimEnd('\0');
                    Statements.Add(statement);
                    if (statement.StartsWith("COPY", StringComparison.Ordinal))
                    {
                        pending = "";
                        await SendAsync(stream, Message('G', "\0\0\0"));
                    }
                    else if (statement == "ROLLBACK")
                    {
                        (isFailed, copied) = (false, []);
                        await SendAsync(stream, Complete("ROLLBACK"), Ready('I'));
                    }
                    else if (isFailed)
                    {
                        await SendAsync(stream, Error(("25P02", "current transaction is aborted")), Ready('E'));
                    }
                    else
                    {
                        await DoAsync(stream, statement, copied);
                        copied = [];
                    }

                    break;
            }
        }
    }

    private async Task DoAsync(NetworkStream stream, string statement, List<string> copied)
    {
        var series = Regex.Match(statement, "series = '([^']*)'").Groups[1].Value;
        if (statement.StartsWith("CREATE", StringComparison.Ordinal))
        {
            HasLedger = true;
            await SendAsync(stream, Complete("CREATE TABLE"), Ready('I'));
        }
        else if (statement.StartsWith("BEGIN", StringComparison.Ordinal))
        {
            if (!HasLedger)
            {
                await SendAsync(stream, Error(("42P01", "relation does not exist")), Ready('E'));
                return;
            }

            var values = Ledger.GetValueOrDefault(series, ["-1", "-1", ""]);
            await SendAsync(stream, Complete("BEGIN"), Row(values), Complete("SELECT 1"), Ready('T'));
        }
        else
        {
            var update = Regex.Match(
                statement, "last_sequence = ([-0-9]+), last_place = ([-0-9]+), refused = '([^']*)'");
            Assert.True(update.Success, statement);
            Ledger[series] = [update.Groups[1].Value, update.Groups[2].Value, update.Groups[3].Value];
            Rows.AddRange(copied);
            if (LostCommits-- > 0)
            {
                throw new IOException("The answer is lost.");
            }

            await SendAsync(stream, Complete("UPDATE 1"), Complete("COMMIT"), Ready('I'));
        }
    }

    private async Task AuthenticateAsync(NetworkStream stream)
    {
        if (Authentication is 3 or 5)
        {
            await SendAsync(stream, Authenticating(Authentication, Authentication == 5 ? "salt" : ""));
            var (_, body) = await ReadMessageAsync(stream);
            Assert.Equal(Password, Encoding.UTF8.GetString(body).TrimEnd('\0'));
        }
        else if (Authentication == 10)
        {
            await SendAsync(stream, Authenticating(10, "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"));
            var first = Encoding.UTF8.GetString((await ReadMessageAsync(stream)).Body["SCRAM-SHA-256\0....".Length..]);
            Assert.StartsWith("n,,n=,r=", first);
            var nonce = first["n,,n=,r=".Length..] + "server";
            byte[] salt = [1, 2, 3, 4];
            var rounds = Rounds.ToString(CultureInfo.InvariantCulture);
            var challenge = $"r={nonce},s={Convert.ToBase64String(salt)},i={rounds}";
            await SendAsync(stream, Authenticating(11, challenge));
            var final = Encoding.UTF8.GetString((await ReadMessageAsync(stream)).Body);
            var salted = Rfc2898DeriveBytes.Pbkdf2(Known, salt, Rounds, HashAlgorithmName.SHA256, 32);
            var client = HMACSHA256.HashData(salted, "Client Key"u8);
            var message = Encoding.UTF8.GetBytes($"{first[3..]},{challenge},c=biws,r={nonce}");
            var proof = HMACSHA256.HashData(SHA256.HashData(client), message)
                .Select((value, i) => (byte)(value ^ client[i])).ToArray();
            Assert.Equal($"c=biws,r={nonce},p={Convert.ToBase64String(proof)}", final);
            var server = HMACSHA256.HashData(
                HMACSHA256.HashData(salted, IsImpostor ? "no key"u8 : "Server Key"u8), message);
            await SendAsync(stream, Authenticating(12, $"v={Convert.ToBase64String(server)}"));
        }

        await SendAsync(stream, Authenticating(0, ""));
    }

    private static async Task<(char Type, byte[] Body)> ReadMessageAsync(NetworkStream stream)
    {
        var head = await ReadAsync(stream, 5);
        return ((char)head[0], await ReadAsync(stream, BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4));
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task SendAsync(NetworkStream stream, params byte[][] messages) =>
        await stream.WriteAsync(messages.SelectMany(message => message).ToArray());

    private static byte[] Message(char type, params byte[] body)
    {
        var message = new byte[5 + body.Length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + body.Length);
        body.CopyTo(message, 5);
        return message;
    }

    private static byte[] Message(char type, string body) => Message(type, Encoding.UTF8.GetBytes(body));

    private static byte[] Authenticating(int kind, string rest) =>
        Message('R', [0, 0, 0, (byte)kind, .. Encoding.UTF8.GetBytes(rest)]);

    private static byte[] Complete(string tag) => Message('C', tag + "\0");

    private static byte[] Ready(char state) => Message('Z', state.ToString(CultureInfo.InvariantCulture));

    private static byte[] Error((string Code, string Message) error, string severity = "ERROR") =>
        Message('E', $"S{severity}\0V{severity}\0C{error.Code}\0M{error.Message}\0DSome detail.\0\0");

    private static byte[] Row(string[] values)
    {
        var body = new List<byte> { 0, (byte)values.Length };
        foreach (var value in values)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
            body.AddRange(length);
            body.AddRange(Encoding.UTF8.GetBytes(value));
        }

        return Message('D', [.. body]);
    }
}
