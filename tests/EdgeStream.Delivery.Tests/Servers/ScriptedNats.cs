using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>A NATS server on 127.0.0.1 as far as a publisher sees it, whose answers a test decides.</summary>
internal sealed class ScriptedNats : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _greeting;
    private readonly Func<int, string, string> _answer;
    private readonly bool _isOpen;
    private readonly Task _serving;

    /// <param name="greeting">What it says first.</param>
    /// <param name="answer">What it answers to a message, by its number and payload.</param>
    /// <param name="isOpen">Whether it listens after its greeting; otherwise it closes.</param>
    public ScriptedNats(string greeting, Func<int, string, string> answer, bool isOpen = true)
    {
        (_greeting, _answer, _isOpen) = (greeting, answer, isOpen);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What came beside messages.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Subject, headers and payload of each message.</summary>
    public List<string[]> Messages { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes(_greeting), _stop.Token);
                if (_isOpen)
                {
                    await AnswerAsync(stream);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or IOException
            or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var input = new BufferedStream(stream);
        while (await ReadLineAsync(input) is { } line)
        {
            var parts = line.Split(' ');
            if (parts[0] == "PING")
            {
                await stream.WriteAsync("PONG\r\n"u8.ToArray(), _stop.Token);
            }
            else if (parts[0] == "HPUB")
            {
                var bytes = new byte[int.Parse(parts[4], CultureInfo.InvariantCulture) + 2];
                await input.ReadExactlyAsync(bytes, _stop.Token);
                var head = int.Parse(parts[3], CultureInfo.InvariantCulture);
                var payload = Encoding.UTF8.GetString(bytes, head, bytes.Length - head - 2);
                var answer = _answer(Messages.Count, payload);
                Messages.Add([parts[1], Encoding.UTF8.GetString(bytes, 0, head), payload]);
                await stream.WriteAsync(
                    Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                        $"MSG {parts[2]} 1 {answer.Length}\r\n{answer}\r\n")),
                    _stop.Token);
            }
            else
            {
                Lines.Add(line);
            }
        }
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) > 0)
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
