using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>One session's interest in a topic filter: a new SUBSCRIBE of the filter replaces it by another.</summary>
internal sealed class Subscription : ISlotted
{
    private volatile bool _isRemoved;

    internal Subscription(Session session, SubscriptionRequest request, uint identifier)
    {
        Session = session;
        Request = request;
        Identifier = identifier;
        byte[] filter = Encoding.UTF8.GetBytes(request.Filter);
        if (Topics.TryReadShare(filter, out ReadOnlySpan<byte> shareName, out ReadOnlySpan<byte> shared))
        {
            ShareName = Topics.Text(shareName);
            FilterBytes = shared.ToArray();
        }
        else
        {
            FilterBytes = filter;
        }
    }

    internal Session Session { get; }

    /// <summary>As it came; the filter of a shared subscription with its share name.</summary>
    internal SubscriptionRequest Request { get; }

    /// <summary>Zero where the client gave none.</summary>
    internal uint Identifier { get; }

    /// <summary>Null where the subscription isn't shared.</summary>
    internal string? ShareName { get; }

    /// <summary>What topics are matched against: without the share name.</summary>
    internal byte[] FilterBytes { get; }

    int ISlotted.Slot { get; set; }

    bool ISlotted.IsRemoved
    {
        get => _isRemoved;
        set => _isRemoved = value;
    }

    internal bool IsRemoved => _isRemoved;
}
