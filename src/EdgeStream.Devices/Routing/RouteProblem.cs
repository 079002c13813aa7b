namespace EdgeStream.Devices;

/// <summary>Why a route definition cannot be used.</summary>
/// <param name="Member">The member as the configuration spells it, such as topic, key or dialect.</param>
/// <param name="Message">What is wrong with its value, and what is allowed.</param>
public sealed record RouteProblem(string Member, string Message);
