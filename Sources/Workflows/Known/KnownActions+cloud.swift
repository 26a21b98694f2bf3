extension KnownAction {
    /// Actions of clouds, registries, Python and machine learning.
    static let tableOfClouds = """
        ad-m/github-push-action
          in atomic branch directory force force_with_lease github_token github_url pull push_only_tags
          in push_to_submodules repository ssh tags
        astral-sh/setup-uv
          in activate-environment add-problem-matchers cache-dependency-glob cache-local-path
          in cache-python cache-suffix checksum enable-cache github-token ignore-empty-workdir
          in ignore-nothing-to-cache manifest-file prune-cache pyproject-file python-version
          in resolution-strategy restore-cache save-cache server-url tool-bin-dir tool-dir uv-file
          in venv-path version version-file working-directory
          out cache-hit cache-key python-cache-hit python-version uv-path uv-version uvx-path venv
        aws-actions/amazon-ecr-login
          in http-proxy mask-password registries registry-type skip-logout
          out *
        aws-actions/configure-aws-credentials
          in action-timeout-s allowed-account-ids audience aws-access-key-id aws-region!
          in aws-secret-access-key aws-session-token disable-retry force-skip-oidc http-proxy
          in inline-session-policy managed-session-policies mask-aws-account-id no-proxy
          in output-credentials output-env-credentials retry-max-attempts role-chaining
          in role-duration-seconds role-external-id role-session-name role-skip-session-tagging
          in role-to-assume special-characters-workaround transitive-tag-keys unset-current-credentials
          in use-existing-credentials web-identity-token-file
          out aws-access-key-id aws-account-id aws-expiration aws-secret-access-key aws-session-token
        azure/aks-set-context
          in admin cluster-name! public-fqdn resource-group! resource-type subscription use-kubelogin
        azure/functions-action
          in app-name! enable-oryx-build package publish-profile remote-build respect-funcignore
          in respect-pom-xml scm-do-build-during-deployment sku slot-name
          out app-url package-url
        azure/login
          in allow-no-subscriptions audience auth-type client-id creds enable-AzPSSession environment
          in subscription-id tenant-id
        conda-incubator/setup-miniconda
          in activate-environment add-anaconda-token add-pip-as-python-dependency allow-softlinks
          in architecture auto-activate auto-activate-base auto-update-conda channel-alias
          in channel-priority channels clean-patched-environment-file conda-build-version
          in conda-remove-defaults conda-solver conda-version condarc-file environment-file
          in installation-dir installer-url mamba-version miniconda-version miniforge-variant
          in miniforge-version pkgs-dirs python-version remove-profiles run-init run-post
          in show-channel-urls use-mamba use-only-tar-bz2
          out environment-file environment-file-content environment-file-was-patched
        docker/bake-action
          in allow builder call files github-token list load no-cache provenance pull push sbom set
          in source targets vars workdir
          out metadata
        docker/build-push-action
          in add-hosts add_git_labels allow always_pull annotations attests build-args build-contexts
          in build_args builder cache-from cache-to cache_froms call cgroup-parent context dockerfile
          in file github-token labels load network no-cache no-cache-filters outputs password path
          in platforms provenance pull push registry repository sbom secret-envs secret-files secrets
          in shm-size ssh tag_with_ref tag_with_sha tags target ulimit username
          out digest imageid metadata
        docker/login-action
          in ecr logout password registry registry-auth scope username
        docker/metadata-action
          in annotations bake-target context flavor github-token images labels sep-annotations sep-labels
          in sep-tags tags
          out annotations bake-file bake-file-annotations bake-file-labels bake-file-tags json labels
          out tag-names tags version
        docker/setup-buildx-action
          in append buildkitd-config buildkitd-config-inline buildkitd-flags cache-binary cleanup config
          in config-inline driver driver-opts endpoint install keep-state name platforms use version
          out driver endpoint flags name nodes platforms status
        docker/setup-docker-action
          in channel context daemon-config rootless runtime-basedir set-host tcp-port version
          out sock tcp
        docker/setup-qemu-action
          in cache-image image platforms
          out platforms
        google-github-actions/auth
          in access_token_lifetime access_token_scopes access_token_subject audience backoff
          in backoff_limit cleanup_credentials create_credentials_file credentials_json delegates
          in export_environment_variables id_token_audience id_token_include_email project_id
          in request_reason retries service_account token_format universe workload_identity_provider
          out access_token auth_token credentials_file_path id_token project_id
        google-github-actions/deploy-cloud-functions
          in all_traffic_on_latest_revision build_environment_variables build_environment_variables_file
          in build_service_account build_worker_pool cpu credentials deploy_timeout description
          in docker_repository entry_point env_vars env_vars_file environment environment_variables
          in event_trigger_channel event_trigger_location event_trigger_pubsub_topic event_trigger_retry
          in event_trigger_service_account event_trigger_type https_trigger_security_level
          in ingress_settings kms_key_name labels max_instance_count max_instance_request_concurrency
          in max_instances memory memory_mb min_instance_count min_instances name! project_id region
          in runtime! secret_environment_variables secret_volumes secrets service_account
          in service_account_email service_timeout source_dir timeout universe vpc_connector
          in vpc_connector_egress_settings
          out id name runtime status url version
        google-github-actions/deploy-cloudrun
          in credentials env_vars env_vars_file env_vars_update_strategy flags gcloud_component
          in gcloud_version image job labels metadata no_traffic project_id region revision_traffic
          in secrets secrets_update_strategy service skip_default_labels source source_code suffix tag
          in tag_traffic timeout update_traffic_flags wait
          out url
        google-github-actions/get-secretmanager-secrets
          in encoding export_to_environment min_mask_length secrets universe
          out *
        google-github-actions/run-gemini-cli
          in extensions gcp_access_token_scopes gcp_location gcp_project_id gcp_service_account
          in gcp_token_format gcp_workload_identity_provider gemini_api_key gemini_cli_version
          in gemini_debug gemini_model google_api_key prompt settings upload_artifacts
          in use_gemini_code_assist use_pnpm use_vertex_ai workflow_name
          out error summary
        google-github-actions/setup-gcloud
          in cache install_components project_id skip_install skip_tool_cache version
          out version
        google-github-actions/upload-cloud-storage
          in concurrency destination! gcloudignore_path glob gzip headers parent path! predefinedAcl
          in process_gcloudignore project_id resumable universe
          out uploaded
        hashicorp/setup-terraform
          in cli_config_credentials_hostname cli_config_credentials_token terraform_version
          in terraform_version_file terraform_wrapper
        iterative/setup-cml
          in force vega version
        iterative/setup-dvc
          in version
        pulumi/actions
          in always-include-summary cloud-url color command comment-on-pr comment-on-pr-number
          in comment-on-summary config-map continue-on-error debug diff edit-pr-comment exclude
          in exclude-dependents exclude-protected expect-no-changes github-token log-flow log-verbosity
          in message parallel plan policyPackConfigs policyPacks pulumi-version pulumi-version-file
          in refresh remove replace secrets-provider stack-name suppress-outputs suppress-progress target
          in target-dependents upsert work-dir
          out output
        pypa/gh-action-pypi-publish
          in attestations packages-dir packages_dir password print-hash print_hash repository-url
          in repository_url skip-existing skip_existing user verbose verify-metadata verify_metadata
        """
}
