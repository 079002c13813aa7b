using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Which consumers are subscribed to which shards: one subscription each.</summary>
/// <remarks>Thread-safe. A call within five seconds of the last one is refused; a later one takes its place.</remarks>
internal sealed class SubscriptionTable(TimeProvider time)
{
    private static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string ConsumerArn, Shard Shard), Place> _places = [];

    /// <summary>Takes a consumer's place at a shard.</summary>
    /// <exception cref="ApiException">It was taken less than five seconds ago.</exception>
    internal Place Enter(string consumerArn, Shard shard, string streamName)
    {
        Place? old;
        var place = new Place(this, (consumerArn, shard), time.GetTimestamp());
        lock (_gate)
        {
            if (_places.TryGetValue(place.Key, out old) && time.GetElapsedTime(old.TakenAt) < HoldTime)
            {
                place.Dispose();
                throw ApiException.InUse(
                    $"Another active subscription exists for consumer {consumerArn} and shard {shard.Id} in stream "
                        + $"{streamName}.");
            }

            _places[place.Key] = place;
        }

        old?.End();
        return place;
    }

    /// <summary>Ends a consumer's subscriptions: it is no longer registered.</summary>
    internal void End(string consumerArn)
    {
        var ended = new List<Place>();
        lock (_gate)
        {
            foreach (var (key, place) in _places)
            {
                if (key.ConsumerArn == consumerArn)
                {
                    ended.Add(place);
                }
            }
        }

        foreach (var place in ended)
        {
            place.Deregister();
        }
    }

    private void Leave(Place place)
    {
        lock (_gate)
        {
            if (_places.TryGetValue(place.Key, out var present) && ReferenceEquals(present, place))
            {
                _places.Remove(place.Key);
            }
        }
    }

    /// <summary>A consumer's place at a shard.</summary>
    internal sealed class Place(
        SubscriptionTable table, (string ConsumerArn, Shard Shard) key, long takenAt) : IDisposable
    {
        private readonly CancellationTokenSource _taken = new();

        /// <summary>Whose it is.</summary>
        internal (string ConsumerArn, Shard Shard) Key => key;

        /// <summary>When it was taken.</summary>
        internal long TakenAt => takenAt;

        /// <summary>Whether the consumer is not registered any more.</summary>
        internal bool IsDeregistered { get; private set; }

        /// <summary>Ends when another call takes the place, or the consumer is not registered any more.</summary>
        internal CancellationToken Taken => _taken.Token;

        /// <inheritdoc/>
        public void Dispose() => table.Leave(this);

        /// <summary>Says that another call has the place.</summary>
        internal void End() => _taken.Cancel();

        /// <summary>Says that the consumer is not registered any more.</summary>
        internal void Deregister()
        {
            IsDeregistered = true;
            _taken.Cancel();
        }
    }
}
