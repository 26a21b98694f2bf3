// The projects that `flowrun init` writes, byte for byte inside the binary.
//
// The first part embeds each file where it lies in this repository, the second says where it goes. Names that would
// act here already are spelled `dot-NAME`: a `.gitignore`, and the `.dvc` folder that marks the root of a DVC project.

#include "CTemplates.h"

static const unsigned char mlops_workflows_testing_yaml[] = {
#embed "../../workflows/testing.yaml"
};
static const unsigned char mlops_workflows_continuous_training_yaml[] = {
#embed "../../workflows/continuous_training.yaml"
};
static const unsigned char mlops_workflows_ci_cd_yaml[] = {
#embed "../../workflows/ci_cd.yaml"
};
static const unsigned char mlops_src_prepare_py[] = {
#embed "../../src-pipeline/prepare.py"
};
static const unsigned char mlops_src_train_py[] = {
#embed "../../src-pipeline/train.py"
};
static const unsigned char mlops_src_utils_py[] = {
#embed "../../src-pipeline/utils.py"
};
static const unsigned char mlops_src_requirements_txt[] = {
#embed "../../src-pipeline/requirements.txt"
};
static const unsigned char mlops_dvc_yaml[] = {
#embed "../../src-pipeline/dvc.yaml"
};
static const unsigned char mlops_dataset_opening_gross_csv_dvc[] = {
#embed "../../src-pipeline/dataset/opening_gross.csv.dvc"
};
static const unsigned char mlops_dataset_finantials_csv_dvc[] = {
#embed "../../src-pipeline/dataset/finantials.csv.dvc"
};
static const unsigned char mlops_dataset_movies_csv_dvc[] = {
#embed "../../src-pipeline/dataset/movies.csv.dvc"
};
static const unsigned char mlops_model_model_pkl_dvc[] = {
#embed "../../src-pipeline/model/model.pkl.dvc"
};
static const unsigned char mlops_dvc_config[] = {
#embed "../../src-pipeline/dot-dvc/config"
};
static const unsigned char mlops_dvc_gitignore[] = {
#embed "../../src-pipeline/dot-dvc/dot-gitignore"
};
static const unsigned char mlops_flowrun_yaml[] = {
#embed "../../src-pipeline/flowrun.yaml"
};
static const unsigned char mlops_dvcignore[] = {
#embed "../../src-pipeline/dot-dvcignore"
};
static const unsigned char mlops_api_main_py[] = {
#embed "../../src-pipeline/api/main.py"
};
static const unsigned char mlops_api_app_models_py[] = {
#embed "../../src-pipeline/api/app/models.py"
};
static const unsigned char mlops_api_app_views_py[] = {
#embed "../../src-pipeline/api/app/views.py"
};
static const unsigned char mlops_api_app_utils_py[] = {
#embed "../../src-pipeline/api/app/utils.py"
};
static const unsigned char mlops_api_requirements_txt[] = {
#embed "../../src-pipeline/api/requirements.txt"
};
static const unsigned char mlops_tests_py[] = {
#embed "../../src-pipeline/tests.py"
};
static const unsigned char mlops_requirements_test_txt[] = {
#embed "../../src-pipeline/requirements_test.txt"
};
static const unsigned char mlops_requirements_dvc_txt[] = {
#embed "../../src-pipeline/requirements_dvc.txt"
};
static const unsigned char mlops_dockerfile[] = {
#embed "../../src-pipeline/Dockerfile"
};
static const unsigned char mlops_dockerignore[] = {
#embed "../../src-pipeline/.dockerignore"
};
static const unsigned char mlops_initializer_sh[] = {
#embed "../../src-pipeline/initializer.sh"
};
static const unsigned char mlops_utilities_setter_py[] = {
#embed "../../utilities/setter.py"
};
static const unsigned char mlops_utilities_make_dataset_py[] = {
#embed "../../src-pipeline/make_dataset.py"
};
static const unsigned char mlops_gitignore[] = {
#embed "../../src-pipeline/dot-gitignore"
};
static const unsigned char mlops_readme_md[] = {
#embed "../../src-pipeline/README.md"
};
static const unsigned char minimal_workflows_ci_yaml[] = {
#embed "minimal/ci.yaml"
};
static const unsigned char minimal_readme_md[] = {
#embed "minimal/README.md"
};
static const unsigned char mlops_model_pkl[] = {
#embed "../../src-pipeline/model/model.pkl"
};

#define FILE_OF(template_name, path, bytes) {template_name, path, 0, bytes, sizeof(bytes)}
#define PROGRAM_OF(template_name, path, bytes) {template_name, path, 1, bytes, sizeof(bytes)}

static const struct flowrun_template files[] = {
    FILE_OF("mlops", ".github/workflows/testing.yaml", mlops_workflows_testing_yaml),
    FILE_OF("mlops", ".github/workflows/continuous_training.yaml", mlops_workflows_continuous_training_yaml),
    FILE_OF("mlops", ".github/workflows/ci_cd.yaml", mlops_workflows_ci_cd_yaml),
    FILE_OF("mlops", "src/prepare.py", mlops_src_prepare_py),
    FILE_OF("mlops", "src/train.py", mlops_src_train_py),
    FILE_OF("mlops", "src/utils.py", mlops_src_utils_py),
    FILE_OF("mlops", "src/requirements.txt", mlops_src_requirements_txt),
    FILE_OF("mlops", "dvc.yaml", mlops_dvc_yaml),
    FILE_OF("mlops", "dataset/opening_gross.csv.dvc", mlops_dataset_opening_gross_csv_dvc),
    FILE_OF("mlops", "dataset/finantials.csv.dvc", mlops_dataset_finantials_csv_dvc),
    FILE_OF("mlops", "dataset/movies.csv.dvc", mlops_dataset_movies_csv_dvc),
    FILE_OF("mlops", "model/model.pkl.dvc", mlops_model_model_pkl_dvc),
    FILE_OF("mlops", ".dvc/config", mlops_dvc_config),
    FILE_OF("mlops", ".dvc/.gitignore", mlops_dvc_gitignore),
    FILE_OF("mlops", ".dvcignore", mlops_dvcignore),
    FILE_OF("mlops", "flowrun.yaml", mlops_flowrun_yaml),
    FILE_OF("mlops", "api/main.py", mlops_api_main_py),
    FILE_OF("mlops", "api/app/models.py", mlops_api_app_models_py),
    FILE_OF("mlops", "api/app/views.py", mlops_api_app_views_py),
    FILE_OF("mlops", "api/app/utils.py", mlops_api_app_utils_py),
    FILE_OF("mlops", "api/requirements.txt", mlops_api_requirements_txt),
    FILE_OF("mlops", "tests.py", mlops_tests_py),
    FILE_OF("mlops", "requirements_test.txt", mlops_requirements_test_txt),
    FILE_OF("mlops", "requirements_dvc.txt", mlops_requirements_dvc_txt),
    FILE_OF("mlops", "Dockerfile", mlops_dockerfile),
    FILE_OF("mlops", ".dockerignore", mlops_dockerignore),
    PROGRAM_OF("mlops", "initializer.sh", mlops_initializer_sh),
    FILE_OF("mlops", "utilities/setter.py", mlops_utilities_setter_py),
    PROGRAM_OF("mlops", "utilities/make_dataset.py", mlops_utilities_make_dataset_py),
    FILE_OF("mlops", ".gitignore", mlops_gitignore),
    FILE_OF("mlops", "README.md", mlops_readme_md),
    FILE_OF("minimal", ".github/workflows/ci.yaml", minimal_workflows_ci_yaml),
    FILE_OF("minimal", "README.md", minimal_readme_md),
};

static const struct flowrun_template_object objects[] = {
    {"mlops", "model-datasets-tracker", "dataset/files/md5/a7/77dae809df8c1dca5c2abc75c4809a",
     "dataset/opening_gross.csv", NULL, 0},
    {"mlops", "model-datasets-tracker", "dataset/files/md5/9d/902a440626f4180c42f4c38e2d2c83",
     "dataset/finantials.csv", NULL, 0},
    {"mlops", "model-datasets-tracker", "dataset/files/md5/2d/f244dfadc1540d5947adb9bd1c286a",
     "dataset/movies.csv", NULL, 0},
    {"mlops", "model-datasets-tracker", "model/files/md5/41/a1e2ac38398dfa8a3cfab33ae31738",
     "model/model.pkl", mlops_model_pkl, sizeof(mlops_model_pkl)},
};

const struct flowrun_template *flowrun_template_files(size_t *count) {
    *count = sizeof(files) / sizeof(files[0]);
    return files;
}

const struct flowrun_template_object *flowrun_template_objects(size_t *count) {
    *count = sizeof(objects) / sizeof(objects[0]);
    return objects;
}
