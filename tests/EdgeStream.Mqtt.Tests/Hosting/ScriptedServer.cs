using System.Net;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A server whose every packet the test writes, on a loopback port.</summary>
internal sealed class ScriptedServer : IDisposable
{
    internal const string Connack5 = "20 03 00 00 00";
    internal const string Connack5Present = "20 03 01 00 00";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    internal ScriptedServer()
    {
        _listener.Start();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The next connection.</summary>
    internal async Task<RawClient> AcceptAsync() =>
        new(await _listener.AcceptTcpClientAsync().WaitAsync(Poll.DefaultDeadline));

    /// <summary>The next connection, its CONNECT answered.</summary>
    internal async Task<RawClient> AcceptAsync(string connack)
    {
        RawClient connection = await AcceptAsync();
        Assert.Equal(0x10, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync(connack);
        return connection;
    }

    /// <summary>A client of this server, and the server's end of its connection.</summary>
    internal async Task<(MqttClient Client, RawClient Server)> ConnectAsync(
        MqttClientOptions options, string connack = Connack5)
    {
        Task<MqttClient> connecting = MqttClient.ConnectAsync("127.0.0.1", Port, options);
        RawClient connection = await AcceptAsync(connack);
        return (await connecting, connection);
    }

    public void Dispose() => _listener.Dispose();
}
