using System.Text;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>What announcements have promised, by the topics that states come on.</summary>
/// <remarks>
/// Thread-safe. At most 10,000 announcements. State entries: <c>homeassistant/&lt;topic of the announcement&gt;</c>,
/// whose value is the announcement as it came.
/// </remarks>
internal sealed class HomeAssistantEntities(DialectMemory memory)
{
    internal const int AnnouncementsMax = 10_000;

    private const string Prefix = "homeassistant/";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IReadOnlyList<HomeAssistantEntity>> _byAnnouncement =
        new(StringComparer.Ordinal);

    private readonly Dictionary<byte[], HomeAssistantEntity[]> _byTopic = new(new PartitionKeyComparer());

    /// <summary>The entities whose states come on a topic; empty for none.</summary>
    internal HomeAssistantEntity[] On(ReadOnlySpan<byte> topic)
    {
        lock (_lock)
        {
            return _byTopic.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(topic, out var entities)
                ? entities : [];
        }
    }

    /// <summary>Takes an announcement, or takes one back when the bytes are none; null with what is wrong.</summary>
    internal IReadOnlyList<HomeAssistantEntity>? Take(
        string topic, ReadOnlySpan<byte> json, DialectLearning learning, ReadingBatch? batch, out string problem)
    {
        IReadOnlyList<HomeAssistantEntity> entities = [];
        problem = "";
        try
        {
            entities = json.IsEmpty ? [] : HomeAssistantAnnouncement.Read(topic, json);
        }
        catch (JsonException)
        {
            problem = "the announcement is no JSON object. Correct the sender";
            return null;
        }
        catch (FormatException refused)
        {
            problem = refused.Message;
            return null;
        }

        lock (_lock)
        {
            if (learning == DialectLearning.Nothing
                || (learning == DialectLearning.Unknown && _byAnnouncement.ContainsKey(topic)))
            {
                return entities;
            }

            if (entities.Count > 0 && !_byAnnouncement.ContainsKey(topic) && _byAnnouncement.Count >= AnnouncementsMax)
            {
                problem = $"there are more than {AnnouncementsMax} announcements. Narrow the route's topic";
                return null;
            }

            Replace(topic, entities);
        }

        if (batch is not null)
        {
            memory.Save(Prefix + topic, entities.Count == 0 ? null : json.ToArray(), batch);
        }

        return entities;
    }

    /// <summary>Takes an entry of the state; false when it is not one of these, or cannot be read.</summary>
    internal bool TryLoad(string name, ReadOnlySpan<byte> value) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && Take(name[Prefix.Length..], value, DialectLearning.Everything, batch: null, out _) is not null;

    private void Replace(string announcement, IReadOnlyList<HomeAssistantEntity> entities)
    {
        var before = _byAnnouncement.TryGetValue(announcement, out var known) ? known : [];
        foreach (var old in before)
        {
            var topic = Encoding.UTF8.GetBytes(old.StateTopic);
            var left = _byTopic.TryGetValue(topic, out var there)
                ? there.Where(entity => !ReferenceEquals(entity, old)).ToArray() : [];
            _byTopic.Remove(topic);
            if (left.Length > 0)
            {
                _byTopic[topic] = left;
            }
        }

        _byAnnouncement.Remove(announcement);
        if (entities.Count > 0)
        {
            _byAnnouncement[announcement] = entities;
        }

        foreach (var entity in entities)
        {
            var topic = Encoding.UTF8.GetBytes(entity.StateTopic);
            _byTopic[topic] = _byTopic.TryGetValue(topic, out var others) ? [.. others, entity] : [entity];
        }
    }
}
