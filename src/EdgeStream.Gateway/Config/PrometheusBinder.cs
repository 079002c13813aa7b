using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the destination of Prometheus remote write.</summary>
internal static class PrometheusBinder
{
    /// <summary>Binds it.</summary>
    public static PrometheusDestinationOptions Bind(ConfigReader reader, ServerBinder servers, ConfigValues values)
    {
        var options = new PrometheusDestinationOptions
        {
            Link = servers.BindLink(values),
            QueryUrl = values.TextOrNull(PrometheusKeys.QueryUrl),
            Metrics = StoreBinder.PathsOf(values, PrometheusKeys.Metrics),
            MetricPrefix = values.Text(PrometheusKeys.MetricPrefix),
            IsArrivalTime = values.Text(PrometheusKeys.Time) == "arrival",
            RequestRecords = values.Integer(ServerKeys.RequestRecords),
            RequestBytes = values.Size(ServerKeys.RequestSize),
        };
        if (values.List(PrometheusKeys.Labels) is not { } items)
        {
            return options;
        }

        var paths = new List<KeyValuePair<string, string>>();
        var constants = new List<KeyValuePair<string, string>>();
        foreach (var item in items)
        {
            var name = item.Text(ServerKeys.EntryName);
            if (item.Has(PrometheusKeys.LabelPath) == item.Has(PrometheusKeys.LabelValue))
            {
                reader.Report(item.Location, $"the label '{name}' needs 'path' or 'value'");
            }
            else if (item.Has(PrometheusKeys.LabelPath))
            {
                paths.Add(new(name, item.Text(PrometheusKeys.LabelPath)));
            }
            else
            {
                constants.Add(new(name, item.Text(PrometheusKeys.LabelValue)));
            }
        }

        return options with
        {
            Labels = new NamedValues([.. paths]), ConstantLabels = new NamedValues([.. constants]),
        };
    }
}
