using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>A NATS server on 127.0.0.1 as far as a publisher sees it, whose answers a test decides.</summary>
internal sealed class ScriptedNats : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly string _greeting;
    private readonly Func<int, string, string> _answer;
    private readonly bool _isOpen;
    private readonly LoopbackServer _server;

    /// <param name="greeting">What it says first.</param>
    /// <param name="answer">What it answers to a message, by its number and payload; empty for
    /// nothing.</param>
    /// <param name="isOpen">Whether it listens after its greeting; otherwise it closes.</param>
    public ScriptedNats(string greeting, Func<int, string, string> answer, bool isOpen = true)
    {
        (_greeting, _answer, _isOpen) = (greeting, answer, isOpen);
        _server = new LoopbackServer(ServeAsync);
    }

    public int Port => _server.Port;

    /// <summary>What came beside messages.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Subject, headers and payload of each message.</summary>
    public List<string[]> Messages { get; } = [];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(_greeting), stop);
        if (_isOpen)
        {
            await AnswerAsync(stream, stop);
        }
    }

    private async Task AnswerAsync(NetworkStream stream, CancellationToken stop)
    {
        var input = new BufferedStream(stream);
        while (await ReadLineAsync(input, stop) is { } line)
        {
            var parts = line.Split(' ');
            if (parts[0] == "PING")
            {
                await stream.WriteAsync("PONG\r\n"u8.ToArray(), stop);
            }
            else if (parts[0] == "HPUB")
            {
                var bytes = new byte[int.Parse(parts[4], CultureInfo.InvariantCulture) + 2];
                await input.ReadExactlyAsync(bytes, stop);
                var head = int.Parse(parts[3], CultureInfo.InvariantCulture);
                var payload = Encoding.UTF8.GetString(bytes, head, bytes.Length - head - 2);
                string answer;
                lock (_gate)
                {
                    answer = _answer(Messages.Count, payload);
                    Messages.Add([parts[1], Encoding.UTF8.GetString(bytes, 0, head), payload]);
                }

                if (answer.Length == 0)
                {
                    continue;
                }

                await stream.WriteAsync(
                    Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                        $"MSG {parts[2]} 1 {answer.Length}\r\n{answer}\r\n")),
                    stop);
            }
            else
            {
                lock (_gate)
                {
                    Lines.Add(line);
                }
            }
        }
    }

    private static async Task<string?> ReadLineAsync(Stream stream, CancellationToken stop)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop) > 0)
        {
            if (one[0] == (byte)'\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
