namespace EdgeStream.Mqtt;

/// <summary>What one client may do. Asked for each message: it answers from memory, and allocates nothing.</summary>
/// <remarks>Called from many threads at once. Answers may change while the client is connected; each message is judged
/// when it comes.</remarks>
public interface IMqttRights
{
    /// <summary>Whether the client may publish on a topic, as a message or as its will.</summary>
    /// <param name="topic">The topic name in UTF-8.</param>
    bool MayPublish(ReadOnlySpan<byte> topic);

    /// <summary>Whether the client may subscribe: whether the filter matches anything that it may receive.</summary>
    /// <param name="filter">The topic filter in UTF-8, without the <c>$share</c> levels of a shared one.</param>
    bool MaySubscribe(ReadOnlySpan<byte> filter);

    /// <summary>Whether the client may get a message of a topic, whatever filter brought it.</summary>
    /// <param name="topic">The topic name in UTF-8.</param>
    bool MayReceive(ReadOnlySpan<byte> topic);
}
