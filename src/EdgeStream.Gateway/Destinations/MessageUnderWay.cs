using EdgeStream.Delivery;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Destinations;

/// <summary>A record that was sent and is not answered yet.</summary>
/// <param name="Line">Its line in the object.</param>
/// <param name="Record">The record.</param>
/// <param name="Topic">Where it went to.</param>
/// <param name="Answer">What the server says.</param>
internal sealed record MessageUnderWay(int Line, DeliveredRecord Record, string Topic, Task<MqttReasonCode> Answer);
