using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of Prometheus remote write as a destination; part of <see cref="DeliverySchema"/>.</summary>
internal static class PrometheusKeys
{
    public static readonly SchemaScalar QueryUrl = Text("queryUrl", null,
        "The server's query API, which is asked for samples that are refused, as they may be there since an answer was "
            + "lost. Default: api/v1/query beside a url that ends with api/v1/write, and prometheus/api/v1/query "
            + "beside one with api/v1/push (Mimir); \"\" is none.");
    public static readonly SchemaList Metrics = new("metrics",
        "Metrics by the paths of their values. Default: every number, true (1) and false (0) of the data, nested ones "
            + "as motor_rpm.",
        256, ServerKeys.EntryName, StoreKeys.Path);
    public static readonly SchemaScalar MetricPrefix = Text("metricPrefix", "",
        "What names of metrics begin with that are found in the data.");
    public static readonly SchemaScalar LabelPath = Text("path", null,
        "Where the value stands in the data, such as site.name, or {key}, {stream} or {shard}.");
    public static readonly SchemaScalar LabelValue = Text("value", null, "The value, the same in each sample.");
    public static readonly SchemaList Labels = new("labels",
        "Labels by their paths, or with a value; what is not there is left out. Default: key, with the record's key.",
        64, ServerKeys.EntryName, LabelPath, LabelValue);
    public static readonly SchemaScalar Time = Choice("time", "event",
        "What the time of a sample is: when the reading was made, or when it arrived.", "event", "arrival");
    public static readonly SchemaSection Section = new("prometheus",
        "Deliver to Prometheus, or another server that takes its remote write, as samples.",
        ServerKeys.Url, QueryUrl, Metrics, MetricPrefix, Labels, Time, ServerKeys.UserName, ServerKeys.Password,
        ServerKeys.PasswordFile, ServerKeys.Token, ServerKeys.TokenFile, ServerKeys.Headers, LinkKeys.Tls,
        ServerKeys.RequestRecords, ServerKeys.RequestSize, ServerKeys.Timeout);
}
