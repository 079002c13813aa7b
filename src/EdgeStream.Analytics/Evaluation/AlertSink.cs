using System.Security.Cryptography;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Collects the alerts of one shard's rules and names them.</summary>
/// <param name="stream">The source stream's name.</param>
/// <param name="shardId">The source shard's id.</param>
/// <param name="definitions">The rules.</param>
internal sealed class AlertSink(string stream, string shardId, IEnumerable<RuleDefinition> definitions)
{
    private const int IdBytes = 16;

    private readonly List<Alert> _alerts = [];

    /// <summary>The rules that have words of their own for an alert that is over.</summary>
    private readonly Dictionary<string, RuleDefinition> _resolving = definitions
        .Where(static rule => rule.ResolvedMessage is not null)
        .ToDictionary(static rule => rule.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Alert> _fired = new(StringComparer.Ordinal);

    /// <summary>The alerts that nobody has taken yet, oldest first.</summary>
    public IReadOnlyList<Alert> Alerts => _alerts;

    /// <summary>Episodes known to have fired before a restart, found in the alerts stream; used while the input is
    /// replayed.</summary>
    public IDictionary<string, Alert> Fired => _fired;

    /// <summary>How an episode fired before a restart, if it did.</summary>
    public Alert? FindFired(RuleDefinition rule, ReadOnlySpan<byte> key, long firstSequence) =>
        _fired.Count == 0 ? null : _fired.GetValueOrDefault(IdOf(rule.Name, key, firstSequence));

    public void Add(Alert alert) => _alerts.Add(
        alert.State == AlertState.Resolved && _resolving.TryGetValue(alert.Rule, out var rule)
            ? alert with { Message = ResolvedMessageOf(rule, alert) }
            : alert);

    /// <summary>Adds an alert that is over because its rule is.</summary>
    public void AddRetracted(Alert alert) => _alerts.Add(alert);

    public void Clear() => _alerts.Clear();

    public Alert Fire(
        RuleDefinition rule, ReadOnlySpan<byte> key, long firstSequence, double value, double threshold,
        Timestamp firedAt, string? explanation = null)
    {
        var keyText = Encoding.UTF8.GetString(key);
        return new Alert
        {
            Id = IdOf(rule.Name, key, firstSequence),
            Rule = rule.Name,
            Severity = rule.Severity,
            State = AlertState.Firing,
            Key = keyText,
            Field = rule.Field,
            Value = value,
            Threshold = threshold,
            Message = MessageOf(rule, keyText, value, threshold, explanation),
            Labels = rule.Labels,
            FiredAt = firedAt,
        };
    }

    public static Alert Resolve(Alert firing, double value, Timestamp resolvedAt) => firing with
    {
        State = AlertState.Resolved,
        Value = value,
        Message = $"{firing.Field} of {firing.Key} is back at {NumberText.Of(value)}",
        ResolvedAt = resolvedAt,
    };

    /// <summary>Resolves an alert that no rule stands behind any more.</summary>
    public static Alert Retract(Alert firing, Timestamp resolvedAt) => firing with
    {
        State = AlertState.Resolved,
        Message = $"Rule {firing.Rule} was changed or removed",
        ResolvedAt = resolvedAt,
    };

    private static string MessageOf(
        RuleDefinition rule, string key, double value, double threshold, string? explanation)
    {
        var relation = value > threshold ? "above" : "below";
        var template = rule.Message ?? (explanation is null
            ? $"{{field}} of {{key}} is {{value}}, {relation} {{threshold}}"
            : "{field} of {key}: {explanation}");
        explanation ??= $"{relation} {NumberText.Of(threshold)}";
        return MessageTemplate.Fill(template, rule, key, value, threshold, rule.MessageDuration, explanation);
    }

    private static string ResolvedMessageOf(RuleDefinition rule, Alert alert)
    {
        var stood = (alert.ResolvedAt ?? alert.FiredAt).UnixMicroseconds - alert.FiredAt.UnixMicroseconds;
        return MessageTemplate.Fill(
            rule.ResolvedMessage!, rule, alert.Key, alert.Value, alert.Threshold, TimeSpan.FromMicroseconds(stood),
            alert.Message);
    }

    /// <summary>The first 16 bytes of the SHA-256 of rule, stream, shard, first sequence and key, in hexadecimal
    /// digits.</summary>
    public string IdOf(string rule, ReadOnlySpan<byte> key, long firstSequence)
    {
        var head = Encoding.UTF8.GetBytes($"{rule}\0{stream}\0{shardId}\0{firstSequence}\0");
        return Convert.ToHexStringLower(SHA256.HashData([.. head, .. key]).AsSpan(0, IdBytes));
    }
}
