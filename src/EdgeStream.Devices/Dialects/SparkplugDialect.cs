using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Sparkplug B, as a host application reads it.</summary>
/// <remarks>
/// Births name the metrics; later messages may name them by their aliases, which outlive a restart of the gateway. A
/// number that is missing in a node's sequence, and a metric that nobody has named, have the node asked for its births
/// again. Births and deaths say <c>online</c>, of a node's devices too. The device is <c>group/node</c> or
/// <c>group/node/device</c>. Metrics that say so are historical. What hosts command has the prefix <c>command</c>.
/// </remarks>
internal sealed class SparkplugDialect : Dialect
{
    private const long MicrosecondsPerMillisecond = 1_000;

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        if (TopicPattern.Level(message.Topic, 1).SequenceEqual("STATE"u8))
        {
            return TryReadState(message, batch, out problem);
        }

        if (!SparkplugTopic.TryRead(message.Topic, out var topic))
        {
            problem = "the topic is none of Sparkplug B, which are spBv1.0/<group>/<type>/<node>[/<device>] with types "
                + "such as NBIRTH and DDATA. Narrow the route's topic, or correct the sender";
            return false;
        }

        if (!SparkplugPayload.TryRead(message.Payload, out var payload, out var at) || payload.IsCompressed)
        {
            problem = payload.IsCompressed
                ? "the payload is compressed (SPBV1.0_COMPRESSED), which is not read. Switch compression off at the "
                    + "edge node"
                : $"the payload is no Sparkplug B message from byte {at} on. Correct the sender, or the route's "
                    + "dialect";
            return false;
        }

        batch.Name.Add(topic.Group);
        batch.Name.Add((byte)'/');
        batch.Name.Add(topic.Node);
        var node = message.Memory.Sparkplug.NodeOf(batch.Name.All);
        if (!message.Route.NamesDevice)
        {
            UseDevice(topic, batch);
        }

        batch.Name.CutTo(0);
        if (node is null)
        {
            problem = $"there are more than {SparkplugHost.BirthsMax} edge nodes. Narrow the route's topic";
            return false;
        }

        lock (node.Lock)
        {
            return TryReadOf(node, topic, payload, message, batch, out problem);
        }
    }

    private static void UseDevice(in SparkplugTopic topic, ReadingBatch batch)
    {
        if (topic.Device.IsEmpty)
        {
            batch.UseDevice(batch.Name.All);
        }
        else
        {
            batch.UseDevice(batch.Name.All, (byte)'/', topic.Device);
        }
    }

    private static bool TryReadOf(
        SparkplugNode node,
        in SparkplugTopic topic,
        in SparkplugPayload payload,
        in DialectMessage message,
        ReadingBatch batch,
        out string problem)
    {
        problem = "";
        if (topic.IsCommand)
        {
            AddMetrics(message.Payload, payload, birth: null, isCommand: true, batch);
            return true;
        }

        if (payload.HasSequence && message.Learning == DialectLearning.Everything)
        {
            var begins = topic is { IsBirth: true, IsOfDevice: false };
            batch.Numbered = (node.Key, (byte)payload.Sequence, begins);
        }

        if (topic.IsBirth)
        {
            return TryTakeBirth(node, topic, payload, message, batch, out problem);
        }

        if (topic.IsDeath && !topic.IsOfDevice)
        {
            TakeNodeDeath(node, payload, message, batch);
            return true;
        }

        TakeSequence(node, topic, payload, message, batch);
        if (topic.IsDeath)
        {
            batch.Add(new Reading("online"u8, ReadingValue.Of(false), TimeOf(payload.Timestamp)));
            return true;
        }

        var birth = node.BirthOf(topic.Device);
        if (!AllKnown(message.Payload, birth, out var alias))
        {
            AskForBirth(node, topic, message, batch);
            problem = $"nobody has named the metric with the alias {alias}: the birth of the "
                + $"{(topic.IsOfDevice ? "device" : "node")} was not seen. A rebirth is asked for; replay this message "
                + "(edgestream dead-letter replay) when it has come";
            return false;
        }

        AddMetrics(message.Payload, payload, birth, isCommand: false, batch);
        return true;
    }

    private static bool TryTakeBirth(
        SparkplugNode node,
        in SparkplugTopic topic,
        in SparkplugPayload payload,
        in DialectMessage message,
        ReadingBatch batch,
        out string problem)
    {
        problem = "";
        var host = message.Memory.Sparkplug;
        var birth = ReadBirth(message.Payload);
        var isNews = message.Learning == DialectLearning.Everything;
        if (topic.IsOfDevice)
        {
            TakeSequence(node, topic, payload, message, batch);
        }
        else if (isNews)
        {
            node.Begin(payload.Sequence);
            node.BirthDeathSequence = payload.BirthDeathSequence;
            host.ForgetDevices(node, batch);
        }

        var isKept = isNews || (message.Learning == DialectLearning.Unknown && node.BirthOf(topic.Device) is null);
        if (isKept && !host.TryKeep(node, topic.Device.ToArray(), birth, batch))
        {
            problem = $"there are more than {SparkplugHost.BirthsMax} births or {SparkplugHost.MetricsMax} metrics. "
                + "Narrow the route's topic";
            return false;
        }

        batch.Add(new Reading("online"u8, ReadingValue.Of(true), TimeOf(payload.Timestamp)));
        AddMetrics(message.Payload, payload, birth, isCommand: false, batch);
        return true;
    }

    private static void TakeSequence(
        SparkplugNode node,
        in SparkplugTopic topic,
        in SparkplugPayload payload,
        in DialectMessage message,
        ReadingBatch batch)
    {
        if (message.Learning == DialectLearning.Everything && payload.HasSequence
            && !node.TryAdvance(payload.Sequence))
        {
            AskForBirth(node, topic, message, batch);
        }
    }

    private static void AskForBirth(
        SparkplugNode node, in SparkplugTopic topic, in DialectMessage message, ReadingBatch batch)
    {
        if (message.Learning == DialectLearning.Everything)
        {
            message.Memory.Sparkplug.AskForBirth(topic, node, message.ClientId, batch);
        }
    }

    /// <summary>The will of a session before the present one says nothing of this one.</summary>
    private static void TakeNodeDeath(
        SparkplugNode node, in SparkplugPayload payload, in DialectMessage message, ReadingBatch batch)
    {
        var isStale = payload.BirthDeathSequence is { } death && node.BirthDeathSequence is { } birth && death != birth;
        AddMetrics(message.Payload, payload, birth: null, isCommand: false, batch);
        if (isStale)
        {
            batch.Add(new Reading("staleDeath"u8, ReadingValue.Of(true), TimeOf(payload.Timestamp)));
            return;
        }

        batch.Add(new Reading("online"u8, ReadingValue.Of(false), TimeOf(payload.Timestamp)));
        foreach (var device in node.Births.Keys)
        {
            if (device.Length > 0 && !message.Route.NamesDevice)
            {
                var start = batch.Kept.Count;
                batch.Kept.Add(node.Key);
                batch.Kept.Add((byte)'/');
                batch.Kept.Add(device);
                batch.Add(new Reading(
                    "online"u8, ReadingValue.Of(false), TimeOf(payload.Timestamp), default, batch.Kept.All[start..]));
            }
        }
    }

    private static SparkplugBirth ReadBirth(ReadOnlySpan<byte> bytes)
    {
        var metrics = new List<SparkplugKnown>();
        var reader = new ProtobufReader(bytes);
        while (reader.TryRead(out var field, out _, out var content))
        {
            if (field == SparkplugPayload.MetricField && SparkplugMetric.TryRead(content, out var metric)
                && metric.Name.Length is > 0 and <= ushort.MaxValue)
            {
                var unit = SparkplugPayload.UnitOf(metric.Properties);
                metrics.Add(new SparkplugKnown(
                    metric.HasAlias ? metric.Alias : null,
                    metric.Name.ToArray(),
                    metric.Type,
                    unit.Length <= ushort.MaxValue ? unit.ToArray() : []));
            }
        }

        return new SparkplugBirth(metrics);
    }

    private static bool AllKnown(ReadOnlySpan<byte> bytes, SparkplugBirth? birth, out ulong alias)
    {
        alias = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.TryRead(out var field, out _, out var content))
        {
            if (field == SparkplugPayload.MetricField && SparkplugMetric.TryRead(content, out var metric)
                && metric.Name.IsEmpty && birth?.Find(metric) is null)
            {
                alias = metric.Alias;
                return false;
            }
        }

        return true;
    }

    private static void AddMetrics(
        ReadOnlySpan<byte> bytes, in SparkplugPayload payload, SparkplugBirth? birth, bool isCommand,
        ReadingBatch batch)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.TryRead(out var field, out _, out var content))
        {
            if (field != SparkplugPayload.MetricField || !SparkplugMetric.TryRead(content, out var metric))
            {
                continue;
            }

            var known = birth?.Find(metric);
            var type = metric.Type == SparkplugType.Unknown ? known?.Type ?? SparkplugType.Unknown : metric.Type;
            batch.Name.Add(isCommand ? "command_"u8 : default);
            AddName(metric, known, batch.Name);
            batch.Add(new Reading(
                batch.Name.All,
                metric.ValueOf(type),
                TimeOf(metric.Timestamp > 0 ? metric.Timestamp : payload.Timestamp),
                known is null ? default : known.Unit,
                default,
                metric.IsHistorical,
                isCommand ? Vital.None : SparkplugVitals.Of(batch.Name.All)));
            batch.Name.CutTo(0);
        }
    }

    private static void AddName(in SparkplugMetric metric, SparkplugKnown? known, GrowingBytes names)
    {
        ReadOnlySpan<byte> name = metric.Name.IsEmpty && known is not null ? known.Name : metric.Name;
        if (!name.IsEmpty && System.Text.Unicode.Utf8.IsValid(name))
        {
            names.Add(name);
        }
        else
        {
            names.Add("metric_"u8);
            names.Add(metric.Alias);
        }
    }

    private static ReadingTime TimeOf(ulong unixMilliseconds) => unixMilliseconds switch
    {
        0 => default,
        > long.MaxValue / MicrosecondsPerMillisecond => ReadingTime.Unusable,
        _ => ReadingTime.Of((long)unixMilliseconds * MicrosecondsPerMillisecond),
    };

    /// <summary>What a host says of itself: <c>{"online":true,"timestamp":…}</c>, or in older versions a
    /// word.</summary>
    private static bool TryReadState(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        var payload = message.Payload;
        var host = message.Topic[Math.Min(message.Topic.Length, "spBv1.0/"u8.Length)..];
        if (!message.Route.NamesDevice)
        {
            batch.UseDevice(host);
        }

        if (BareDialect.BooleanOf(payload) is { } isOnline)
        {
            problem = "";
            batch.Add(new Reading("online"u8, ReadingValue.Of(isOnline)));
            return true;
        }

        if (!PayloadDecoder.TryValidate(payload, out problem))
        {
            return false;
        }

        var reader = new Utf8JsonReader(payload, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        var leaves = new JsonLeaves(batch, LeafRules.None);
        leaves.Add(ref reader);
        return true;
    }
}
