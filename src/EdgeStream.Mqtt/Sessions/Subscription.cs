using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>One session's interest in a topic filter. Immutable: a new SUBSCRIBE of the filter replaces it.</summary>
internal sealed class Subscription
{
    internal Subscription(Session session, SubscriptionRequest request, uint identifier)
    {
        Session = session;
        Request = request;
        Identifier = identifier;
        FilterBytes = Encoding.UTF8.GetBytes(request.Filter);
    }

    internal Session Session { get; }

    internal SubscriptionRequest Request { get; }

    /// <summary>Zero where the client gave none.</summary>
    internal uint Identifier { get; }

    internal byte[] FilterBytes { get; }
}
