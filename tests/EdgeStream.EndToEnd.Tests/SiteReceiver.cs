using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>mosquitto_sub with a session that is kept, which writes what it gets to a file.</summary>
/// <remarks>With 5.0 it sees the ids, at QoS 1; with 3.1.1 it receives at QoS 2, without ids: Mosquitto 2.0.11's
/// own
/// server sends its own 5.0 client more QoS 2 messages than that takes, which ends the client.</remarks>
internal sealed class SiteReceiver : IAsyncDisposable
{
    private const string Ready = "gateway/ready";

    private readonly BackgroundCommand _process;
    private readonly int _port;
    private readonly string _file;

    private SiteReceiver(BackgroundCommand process, int port, string file)
    {
        _process = process;
        _port = port;
        _file = file;
    }

    /// <summary>What came so far, line by line: the id, the topic, the payload.</summary>
    public IReadOnlyList<ReceivedMessage> Messages
    {
        get
        {
            var messages = new List<ReceivedMessage>();
            foreach (var line in File.ReadAllText(_file).Split('\n')[..^1])
            {
                var parts = line.Split('\t');
                if (parts[1] == Ready)
                {
                    continue;
                }

                const string Name = "edgestream-id:";
                var id = parts[0].Split(' ').SingleOrDefault(
                    part => part.StartsWith(Name, StringComparison.Ordinal), Name);
                messages.Add(new ReceivedMessage(id[Name.Length..], parts[1], parts[2]));
            }

            return messages;
        }
    }

    public IReadOnlyList<string> Ids => [.. Messages.Select(message => message.Id)];

    public static async Task<SiteReceiver> StartAsync(int port, string file, bool isQos2 = false)
    {
        var how = isQos2 ? "-V mqttv311 -q 2" : "-V mqttv5 -x 86400 -q 1";
        await File.WriteAllTextAsync(file, "");
        var process = BackgroundCommand.Start(
            "/bin/sh", "-c",
            $"exec stdbuf -oL mosquitto_sub {how} -h 127.0.0.1 -p {port} -i {Path.GetFileName(file)} -c "
                + $"-t 'gateway/#' -F '%P\t%t\t%p' > '{file}'");
        var receiver = new SiteReceiver(process, port, file);
        await receiver.WaitUntilReadyAsync();
        return receiver;
    }

    /// <summary>Waits until what is published comes here. Mosquitto 2.0.11 that was stopped and started again keeps
    /// nothing for a client that has not come back yet, although it has its session.</summary>
    public async Task WaitUntilReadyAsync()
    {
        var before = new FileInfo(_file).Length;
        await Poll.UntilAsync(async () =>
        {
            await Command.RunAsync("/usr/bin/mosquitto_pub",
                ["-V", "mqttv5", "-h", "127.0.0.1", "-p", $"{_port}", "-t", Ready, "-m", "x"]);
            return new FileInfo(_file).Length > before;
        });
        await Poll.UntilAsync(() => File.ReadAllText(_file).EndsWith('\n'));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
