using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A server that a test talks to over its socket, wherever it runs.</summary>
internal abstract class BrokerUnderTest : IAsyncDisposable
{
    private readonly HashSet<string> _keptClients = [];

    internal abstract int Port { get; }

    /// <summary>The clients whose sessions may outlive their connections.</summary>
    protected IEnumerable<string> KeptClients => _keptClients;

    internal Task<RawClient> OpenAsync() => RawClient.OpenAsync(Port);

    /// <summary>A connection of a client whose session may outlive it.</summary>
    internal Task<RawClient> OpenAsync(string clientId)
    {
        _keptClients.Add(clientId);
        return OpenAsync();
    }

    /// <summary>A connected 3.1.1 client, byte for byte.</summary>
    internal async Task<RawClient> Connect311Async(
        string clientId, bool isClean = true, bool isPresent = false, int keepAliveSeconds = 0)
    {
        RawClient client = await OpenAsync(clientId);
        await client.SendAsync(RawClient.Connect311(clientId, isClean, keepAliveSeconds));
        await client.ExpectAsync(isPresent ? RawClient.ConnackV311Present : RawClient.ConnackV311);
        return client;
    }

    /// <summary>A connected 5.0 client, byte for byte.</summary>
    internal async Task<RawClient> Connect500Async(
        string clientId, bool isClean = true, string properties = "", bool isPresent = false)
    {
        RawClient client = await OpenAsync(clientId);
        await client.SendAsync(RawClient.Connect500(clientId, isClean, properties));
        await client.ExpectConnack5Async(isPresent: isPresent);
        return client;
    }

    /// <summary>Publishes somebody else's message; it is with its subscribers when this is over.</summary>
    internal abstract Task PublishAsync(string topic, string payload, int qos = 0, bool retain = false);

    /// <summary>Lets so many seconds pass for the server, and a little more.</summary>
    internal abstract Task PassAsync(int seconds);

    /// <summary>A figure of what the test itself has made.</summary>
    internal abstract Task<long> CountAsync(BrokerFigure figure);

    /// <summary>Waits for what is about to happen on the server's side.</summary>
    internal Task WhenAsync(BrokerFigure figure, long count) => Poll.UntilAsync(
        async () => await CountAsync(figure) == count, text: $"{figure} become {count}");

    public abstract ValueTask DisposeAsync();
}
