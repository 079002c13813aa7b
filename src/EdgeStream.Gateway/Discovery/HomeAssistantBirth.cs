namespace EdgeStream.Gateway.Discovery;

/// <summary>Notices that Home Assistant has started: it publishes <c>online</c> on <c>&lt;prefix&gt;/status</c>, and
/// then knows no values yet.</summary>
/// <remarks>Thread-safe. The prefix is not looked at: a few more messages do no harm.</remarks>
internal sealed class HomeAssistantBirth
{
    private int _isDue;

    /// <summary>Looks at a message that was published.</summary>
    public void Note(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (topic.EndsWith("/status"u8) && payload.SequenceEqual("online"u8))
        {
            Volatile.Write(ref _isDue, 1);
        }
    }

    /// <summary>Whether it has started since the last call.</summary>
    public bool Take() => Interlocked.Exchange(ref _isDue, 0) != 0;
}
