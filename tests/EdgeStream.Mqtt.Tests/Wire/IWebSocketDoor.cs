namespace EdgeStream.Mqtt.Tests;

/// <summary>A server that serves WebSocket.</summary>
internal interface IWebSocketDoor : IAsyncDisposable
{
    /// <summary>Where.</summary>
    Uri Address { get; }
}
