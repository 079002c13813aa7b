namespace EdgeStream.Gateway.Config;

/// <summary>How far from its rolling mean a value must be to be an anomaly.</summary>
/// <param name="Window">Readings in the rolling mean and spread.</param>
/// <param name="Deviations">Standard deviations from the mean.</param>
internal sealed record AnomalyConfig(int Window, double Deviations);
