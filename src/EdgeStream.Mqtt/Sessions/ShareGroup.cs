namespace EdgeStream.Mqtt;

/// <summary>The members of one shared subscription: each message goes to one of them (MQTT 5.0 section
/// 4.8.2).</summary>
/// <remarks>
/// In turn, those first that are connected and have room in their window, then those that are connected, then those
/// whose session keeps the message for them; members that may not receive it are passed over. Choosing takes no lock,
/// so that under concurrent messages a turn may fall to the same member twice. Members change under the topic tree's
/// lock.
/// </remarks>
internal sealed class ShareGroup : ISlotted
{
    private readonly SnapshotList<Subscription> _members = new();
    private volatile bool _isRemoved;
    private int _next;

    internal ShareGroup(string name)
    {
        Name = name;
    }

    /// <summary>The share name.</summary>
    internal string Name { get; }

    internal SnapshotList<Subscription> Members => _members;

    int ISlotted.Slot { get; set; }

    bool ISlotted.IsRemoved
    {
        get => _isRemoved;
        set => _isRemoved = value;
    }

    internal bool IsRemoved => _isRemoved;

    /// <summary>Whose turn it is; null where there is no member.</summary>
    internal Subscription? Choose(ApplicationMessage message)
    {
        Subscription? best = Choose(message, except: null, out int index);
        Volatile.Write(ref _next, index + 1);
        return best;
    }

    /// <summary>Queues a message for a member that takes it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="except">A session that has refused it, or is over.</param>
    internal Enqueued Deliver(ApplicationMessage message, Session? except)
    {
        // Each round a member refuses between the choice and the delivery; as many rounds as there are members.
        for (int rounds = _members.Count; rounds > 0; rounds--)
        {
            Subscription? chosen = Choose(message, except, out int index);
            if (chosen is null)
            {
                break;
            }

            Volatile.Write(ref _next, index + 1);
            Enqueued enqueued = chosen.Session.Deliver(message, DeliveryTo(chosen));
            if (enqueued != Enqueued.No)
            {
                return enqueued;
            }

            except = chosen.Session;
        }

        return Enqueued.No;
    }

    internal Delivery DeliveryTo(Subscription member) => new()
    {
        Session = member.Session,
        QosMax = member.Request.Qos,
        RetainAsPublished = member.Request.RetainAsPublished,
        Ids = new SubscriptionIds(member.Identifier, null),
        Group = this,
        ShareFilter = member.Request.Filter,
    };

    private Subscription? Choose(ApplicationMessage message, Session? except, out int bestIndex)
    {
        ReadOnlySpan<Subscription?> members = _members.Items;
        int used = members.Length;
        Subscription? best = null;
        var bestReadiness = (ShareReadiness)int.MaxValue;
        bestIndex = 0;
        int start = used == 0 ? 0 : (int)((uint)Volatile.Read(ref _next) % (uint)used);
        for (int i = 0; i < used && bestReadiness != ShareReadiness.Ready; i++)
        {
            int index = start + i < used ? start + i : start + i - used;
            Subscription member = members[index]!;
            if (member.IsRemoved
                || ReferenceEquals(member.Session, except)
                || !member.Session.MayReceive(message.Topic))
            {
                continue;
            }

            var qos = (MqttQos)Math.Min((byte)message.Qos, (byte)member.Request.Qos);
            ShareReadiness readiness = member.Session.ReadinessFor(qos);
            if (readiness < bestReadiness)
            {
                (best, bestReadiness, bestIndex) = (member, readiness, index);
            }
        }

        return best;
    }
}
