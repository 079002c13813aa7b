using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Ten thousand clients, and all of them again at once after an outage.</summary>
[Collection(WholeMachine.Name)]
public sealed class ConnectStormTests(ITestOutputHelper output)
{
    private const int ClientCount = 10_000;
    private const int AtOnceMax = 1_000;

    /// <summary>Four, and what ten thousand handshakes leave behind in heaps that are not full.</summary>
    private const int KibibytesPerConnectionMax = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Ten_thousand_clients_connect_publish_and_come_back_after_the_gateway_was_killed()
    {
        await using var world = await GatewayWorld.StartAsync("storm");
        var before = ResidentKibibytes(world.Gateway.Id);
        var clients = await ConnectAllAsync(world.Launch.MqttPort);
        try
        {
            Assert.Equal(ClientCount, await ConnectionsAsync(world));
            var perConnection = (ResidentKibibytes(world.Gateway.Id) - before) / (double)ClientCount;
            output.WriteLine($"{perConnection:F1} KiB of resident memory a connection");
            Assert.True(perConnection <= KibibytesPerConnectionMax, $"{perConnection:F1} KiB a connection");

            world.Gateway.Kill9();
        }
        finally
        {
            CloseAll(clients);
        }

        await world.StartAgainAsync();
        clients = await ConnectAllAsync(world.Launch.MqttPort);
        try
        {
            await ForAllAsync(clients, PublishAsync);
            Assert.Equal(ClientCount, await ConnectionsAsync(world));
            var status = await StatusAsync(world);
            Assert.Equal(ClientCount, status.GetProperty("mqtt").GetProperty("publishesReceived").GetInt32());
            Assert.Equal("healthy", status.GetProperty("health").GetProperty("status").GetString());
        }
        finally
        {
            CloseAll(clients);
        }
    }

    private static async Task<Socket[]> ConnectAllAsync(int port)
    {
        var clients = new Socket[ClientCount];
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        }

        await ForAllAsync(clients, async (socket, number) =>
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            var name = Encoding.ASCII.GetBytes($"c{number:D5}");
            byte[] connect =
                [0x10, (byte)(12 + name.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)name.Length, .. name];
            await socket.SendAsync(connect);
            await ExpectAsync(socket, [0x20, 2, 0, 0]);
        });
        return clients;
    }

    private static async Task PublishAsync(Socket socket, int number)
    {
        await socket.SendAsync((byte[])[0x32, 8, 0, 3, .. "s/x"u8, 0, 1, (byte)'1']);
        await ExpectAsync(socket, [0x40, 2, 0, 1]);
    }

    private static async Task ExpectAsync(Socket socket, byte[] expected)
    {
        var actual = new byte[expected.Length];
        var count = 0;
        while (count < actual.Length)
        {
            var read = await socket.ReceiveAsync(actual.AsMemory(count));
            Assert.True(read > 0, "the gateway closed the connection");
            count += read;
        }

        Assert.Equal(expected, actual);
    }

    private static async Task ForAllAsync(Socket[] clients, Func<Socket, int, Task> work)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = timeout.Token };
        await Parallel.ForAsync(0, clients.Length, options, async (i, _) => await work(clients[i], i));
    }

    private static void CloseAll(Socket[] clients)
    {
        foreach (var client in clients)
        {
            // A reset leaves no port behind that waits for late packets.
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }
    }

    private static async Task<int> ConnectionsAsync(GatewayWorld world) =>
        (await StatusAsync(world)).GetProperty("mqtt").GetProperty("connections").GetInt32();

    private static async Task<JsonElement> StatusAsync(GatewayWorld world)
    {
        using var client = new HttpClient();
        using var document = JsonDocument.Parse(
            await client.GetStringAsync($"http://127.0.0.1:{world.Launch.HttpPort}/api/status"));
        return document.RootElement.Clone();
    }

    /// <summary>The process's own memory that is in RAM, mapped files left out.</summary>
    private static long ResidentKibibytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("RssAnon", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);
}
