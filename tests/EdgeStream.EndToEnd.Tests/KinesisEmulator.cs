using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Kinesis servers of other makers on 127.0.0.1, in memory, without the time that the service takes for
/// changes, and with the gateway's limit of shards.</summary>
internal static class KinesisEmulator
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);

    private static readonly string[] Changes =
    [
        "CREATE_STREAM", "DELETE_STREAM", "REGISTER_STREAM_CONSUMER", "DEREGISTER_STREAM_CONSUMER", "SPLIT_SHARD",
        "MERGE_SHARDS", "UPDATE_SHARD_COUNT", "UPDATE_STREAM_MODE", "START_STREAM_ENCRYPTION", "STOP_STREAM_ENCRYPTION",
    ];

    public static string Script(string name) => Path.Combine(KinesisWorld.Scripts, "differential", name);

    public static BackgroundCommand StartKinesalite(string modules, int port) =>
        BackgroundCommand.Start("node", Script("kinesalite.cjs"), modules, Number(port));

    public static BackgroundCommand StartKinesisLocal(string modules, int port)
    {
        var package = Path.Combine(modules, "kinesis-local");
        return BackgroundCommand.Start(
            "/usr/bin/env",
            [
                $"KINESIS_MOCK_PLAIN_PORT={Number(port)}", $"KINESIS_MOCK_TLS_PORT={Number(FreePort.Next())}",
                $"KINESIS_MOCK_CERT_PATH={package}/server.json", "SHARD_LIMIT=200", "LOG_LEVEL=ERROR",
                .. Changes.Select(change => $"{change}_DURATION=0s"),
                "node", "--require", Script("loopback.cjs"), $"{package}/main.js",
            ]);
    }

    /// <summary>Returns when the port is open.</summary>
    public static Task WaitForAsync(int port) => Poll.UntilAsync(
        async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        StartDeadline,
        () => $"Nobody listens on port {port}.");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
