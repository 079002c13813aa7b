namespace EdgeStream.Mqtt;

/// <summary>What is wrong in a line of a file of users or rights.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What, and what is allowed.</param>
public readonly record struct MqttFileProblem(int Line, string Message);
